import { useDevice } from '../../live/index.ts';

export default function DevicePage({ id }: { readonly id: string }) {
  const device = useDevice(id);
  return (
    <>
      <h1>{id}</h1>
      <p>{device?.view.state}</p>
    </>
  );
}
