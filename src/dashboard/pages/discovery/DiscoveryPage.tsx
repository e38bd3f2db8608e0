export default function DiscoveryPage() {
  return <h1>Discovery</h1>;
}
