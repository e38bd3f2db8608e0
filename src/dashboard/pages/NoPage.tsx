import { useTitle } from './useTitle.ts';

export function NoPage() {
  useTitle('There is no such page');
  return (
    <>
      <h1>There is no such page</h1>
      <p>
        <a href="#/">All devices</a>
      </p>
    </>
  );
}
