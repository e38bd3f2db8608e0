/** What a text of a format is, with an example. */
export const formats: Readonly<Record<string, string>> = {
  'date-time': 'a date and a time such as 2026-01-31T12:00:00Z',
  date: 'a date such as 2026-01-31',
  time: 'a time such as 12:00:00Z',
  uuid: 'a UUID',
  uri: 'an address such as https://example.org/',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  hostname: 'the name of a host',
};
