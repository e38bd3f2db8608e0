/** Where a service is, with a slash at the end, or what is wrong with the text. */
export function serviceUrl(text: string): { readonly href: string } | { readonly problem: string } {
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    return { problem: 'must begin with http:// or https://' };
  if (url.username !== '' || url.password !== '') return { problem: 'must hold no user and no password' };
  if (url.search !== '' || url.hash !== '') return { problem: 'must end with its path' };
  return { href: url.href.endsWith('/') ? url.href : `${url.href}/` };
}
