import { open } from './access/declared.ts';
import { Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { BellcrankError } from '../errors.ts';
import { packageFile } from '../own-files.ts';
import { indexPage, ProblemBook } from './problem-book.ts';
import { problemStyle } from './problem-style.ts';
import { type App, NoQuery } from './routes.ts';

/** The pages may load the one stylesheet and nothing else; nobody may frame them. */
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const docs = packageFile('docs/problems/');

/** The pages that problem types lead to (RFC 9457 §3.1.1): HTML for browsers, Markdown for everybody else. */
export function problemPageRoutes(app: App, folder: URL = docs): void {
  const book = new ProblemBook(folder);
  const send = async (name: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const page = await book.page(name);
    if (page === undefined) {
      throw new BellcrankError('not-found', 'there is no such problem type; GET /problems/ lists them');
    }
    void reply.header('vary', 'accept').header('x-content-type-options', 'nosniff');
    if (!wantsHtml(request)) return await reply.type('text/markdown; charset=utf-8').send(page.markdown);
    return await reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page.html);
  };
  const hidden = { hide: true, querystring: NoQuery };
  app.get(
    '/problems',
    { config: open, schema: hidden },
    async (request, reply) => await send(indexPage, request, reply),
  );
  app.get('/problems/style.css', { config: open, schema: hidden }, (_, reply) =>
    reply.type('text/css; charset=utf-8').header('x-content-type-options', 'nosniff').send(problemStyle),
  );
  app.get(
    '/problems/:name',
    { config: open, schema: { ...hidden, params: Type.Object({ name: Type.String({ maxLength: 200 }) }) } },
    // Links between the pages as they stand in the documentation end in `.md`.
    async (request, reply) => await send(request.params.name.replace(/\.md$/, ''), request, reply),
  );
}

/** Whoever takes anything (as curl does) is no browser. */
function wantsHtml(request: FastifyRequest): boolean {
  return new Negotiator(request.raw).mediaType(['text/markdown', 'text/plain', 'text/html']) === 'text/html';
}
