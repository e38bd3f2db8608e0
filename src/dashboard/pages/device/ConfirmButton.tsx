import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../../permission/Button.tsx';

interface Props {
  readonly children: ReactNode;
  /** What it will do, as a question. */
  readonly question: string;
  readonly yes: string;
  readonly onYes: () => void;
}

/** Asks once more, in place. */
export function ConfirmButton({ children, question, yes, onYes }: Props) {
  const [asking, setAsking] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const end = (): void => {
    setAsking(false);
    // The button that had the focus is gone.
    requestAnimationFrame(() => first.current?.focus());
  };
  if (asking) {
    const confirm = (): void => {
      onYes();
      end();
    };
    return <Question question={question} yes={yes} onYes={confirm} onNo={end} />;
  }
  return (
    <Button type="button" ref={first} onClick={() => setAsking(true)}>
      {children}
    </Button>
  );
}

type QuestionProps = Omit<Props, 'children'> & { readonly onNo: () => void };

function Question({ question, yes, onYes, onNo }: QuestionProps) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    // Keys come from the buttons in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <span className="confirm" role="group" aria-label={question} onKeyDown={({ key }) => key === 'Escape' && onNo()}>
      <span>{question}</span>
      <Button type="button" className="danger" ref={button} onClick={onYes}>
        {yes}
      </Button>
      <button type="button" onClick={onNo}>
        No
      </button>
    </span>
  );
}
