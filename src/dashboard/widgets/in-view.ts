import { type RefObject, useEffect, useState } from 'react';

const tellers = new WeakMap<Element, (inView: boolean) => void>();

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

/** Whether an element is, or is about to be, where somebody can see it. */
export function useInView(ref: RefObject<Element | null>): boolean {
  const [inView, setInView] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    tellers.set(element, setInView);
    observed().observe(element);
    return () => observed().unobserve(element);
  }, [ref]);
  return inView;
}
