/** `id`: the simulated device that is shown. */
export default function SimulatorsPage({ id }: { readonly id: string | undefined }) {
  return (
    <>
      <h1>Simulators</h1>
      <p>
        <a href={id === undefined ? '/simulators' : `/simulators#${encodeURIComponent(id)}`}>Faults and state</a>
      </p>
    </>
  );
}
