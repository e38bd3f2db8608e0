import { type Page, policyOf } from './page.ts';

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Bellcrank</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
    <h1>Bellcrank runs; its dashboard has not been built</h1>
    <p>In its folder: <code>npm run dashboard:build</code>, then load this page again. <code>npm start</code> does it by itself.</p>
    <form method="post" action="/v1/stop"><button>Stop every device</button></form>
    <p>Without the dashboard: <a href="/docs">the API, with every device</a>.</p>
  </body>
</html>
`;

/** In place of the dashboard where there is none; the service does everything else all the same. */
export const missingPage: Page = { status: 503, html, policy: policyOf(html) };
