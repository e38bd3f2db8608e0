import { useId, useState } from 'react';
import { everyPage } from '../../asking/everyPage.ts';
import { Trouble } from '../../asking/Trouble.tsx';
import { type Asked, useAsked } from '../../asking/useAsked.ts';
import { useAddressSearch } from '../../asking/address.ts';
import type { CandidateView, Page } from '../../../client/index.ts';
import { lab, useCandidates, useDeviceViews } from '../../live/index.ts';
import { missingAnywhere } from '../../permission/missing.ts';
import { Permit } from '../../permission/Permit.tsx';
import { useMe } from '../../permission/useMe.ts';
import { AddDevice } from './AddDevice.tsx';
import { Candidate } from './Candidate.tsx';
import { mentions } from './filter.ts';
import { useTitle } from '../useTitle.ts';
import '../pages.css';
import './discovery.css';

interface Candidates extends Page<CandidateView> {
  readonly problems: readonly string[];
}

/** More than anybody looks through; filters find the rest. */
const maxShown = 1000;
const adoptions = { no: 'not yet devices', yes: 'devices already', all: 'all' };
type Adoption = keyof typeof adoptions;

/** What announces itself, and what becomes of it. */
export default function DiscoveryPage() {
  useTitle('Discovery');
  const [search, setSearch] = useAddressSearch();
  const [text, setText] = useState('');
  const asked = new URLSearchParams(search).get('adopted');
  const adopted: Adoption = asked === 'yes' || asked === 'all' ? asked : 'no';
  const { answer, error, again } = useFound(adopted);
  const missing = missingAnywhere(useMe()?.scopes, 'configure');
  const shown = answer?.items.filter((candidate) => mentions(candidate, text));
  const id = useId();
  return (
    <>
      <h1>Discovery</h1>
      <form
        className="filters"
        role="search"
        aria-label="Filter the candidates"
        onSubmit={(event) => event.preventDefault()}
      >
        <div className="field">
          <label htmlFor={`${id}-adopted`}>Show</label>
          <select
            id={`${id}-adopted`}
            value={adopted}
            onChange={(event) => setSearch(new URLSearchParams({ adopted: event.currentTarget.value }))}
          >
            {Object.entries(adoptions).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor={`${id}-text`}>Search</label>
          <input
            id={`${id}-text`}
            type="search"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </div>
      </form>
      <Trouble error={error} />
      {answer !== undefined && <Problems problems={answer.problems} />}
      {shown?.length === 0 && <p>{nothing(adopted, text)}</p>}
      <Permit missing={shown?.length === 0 ? undefined : missing} above="Adopting or forgetting">
        <ul className="candidates">
          {shown?.map((candidate) => (
            <Candidate key={candidate.id} candidate={candidate} changed={again} />
          ))}
        </ul>
      </Permit>
      {answer?.next !== undefined && <p className="quiet">{`The first ${answer.items.length} are shown.`}</p>}
      <AddDevice />
    </>
  );
}

/** Asked for anew whenever one comes, goes or changes, and whenever a device does. */
function useFound(adopted: Adoption): Asked<Candidates> {
  const changes = `${useCandidates()} ${useDeviceViews().length}`;
  const query = adopted === 'all' ? {} : { adopted: String(adopted === 'yes') };
  const ask = (signal: AbortSignal) =>
    everyPage<CandidateView, Candidates>(lab, '/v1/discovery', { query, atMost: maxShown, signal });
  return useAsked(adopted, ask, { changes });
}

function nothing(adopted: Adoption, text: string): string {
  if (text !== '') return 'Nothing fits.';
  if (adopted === 'yes') return 'None of what announces itself is a device.';
  return 'Nothing announces itself that is not a device already. What is listened to is said in the configuration, under discovery.';
}

/** What keeps devices from being found. */
function Problems({ problems }: { readonly problems: readonly string[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="note" aria-label="What keeps devices from being found">
      {problems.map((problem, index) => (
        <li key={index}>{problem}</li>
      ))}
    </ul>
  );
}
