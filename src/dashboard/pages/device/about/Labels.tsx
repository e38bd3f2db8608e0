import { useState } from 'react';
import { Button } from '../../../permission/Button.tsx';
import { usePage } from '../data/page.ts';
import { DeviceText } from '../DeviceText.tsx';
import { EditLabels } from './EditLabels.tsx';

export function Labels() {
  const { live, detail } = usePage();
  const [editing, setEditing] = useState(false);
  const { labels } = live.view;
  if (editing) return <EditLabels labels={labels} onDone={() => setEditing(false)} />;
  return (
    <div className="labels">
      {Object.entries(labels).map(([key, value]) => (
        <span className="label-tag" key={key}>
          {key} <DeviceText>{value}</DeviceText>
        </span>
      ))}
      {Object.keys(labels).length === 0 && <span className="faint">No labels.</span>}
      {detail.managedBy === 'config' ? (
        <span className="faint">They stand in the configuration file.</span>
      ) : (
        <Button type="button" className="quiet" onClick={() => setEditing(true)}>
          Edit labels
        </Button>
      )}
    </div>
  );
}
