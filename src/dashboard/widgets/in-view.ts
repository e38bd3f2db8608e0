import { type RefObject, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

const tellers = new Map<Element, (inView: boolean) => void>();

/** One for all: hundreds of rows are watched. A screen's worth beyond the edge counts as seen. */
let observer: IntersectionObserver | undefined;

function observed(): IntersectionObserver {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) tellers.get(target)?.(isIntersecting);
    },
    { rootMargin: '400px 0px' },
  );
  return observer;
}

// A print shows all of them.
addEventListener('beforeprint', () => flushSync(() => tellers.forEach((tell) => tell(true))));
addEventListener('afterprint', () => {
  for (const element of tellers.keys()) {
    observed().unobserve(element);
    observed().observe(element);
  }
});

/** Whether an element is, or is about to be, where somebody can see it. */
export function useInView(ref: RefObject<Element | null>): boolean {
  const [inView, setInView] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    tellers.set(element, setInView);
    observed().observe(element);
    return () => {
      tellers.delete(element);
      observed().unobserve(element);
    };
  }, [ref]);
  return inView;
}
