import { cpSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Modules that somebody loads by their name: the process, its threads, what is read late, and what `exports` promise. */
export const entries: readonly string[] = [
  'drivers/engines',
  'drivers/on-brokers',
  'drivers/on-lines',
  'simulators/engines',
  'simulators/on-brokers',
  'simulators/on-lines',
  'src/main',
  'src/client/index',
  'src/driver/index',
  'src/testing/index',
  'src/expression/environment',
  'src/store/history/worker',
  'src/store/index/worker',
  'src/store/log/read',
  'src/store/log/worker',
  'src/store/thread/host',
  'src/yaml/parse-worker',
];

/** What pages load as well is one file that needs no other: whoever serves it need not know of any. */
const alone: readonly string[] = ['src/client/index'];

/**
 * Packages that are put in as well, with the files that say what they are licensed under: hundreds of small modules that work
 * on what its owner gives to the service (arguments, files, its own figures), not on what the network sends, and what these need
 * themselves. All others stay dependencies, so that their users get what is mended in them from them.
 */
const within: Readonly<Record<string, string>> = {
  '@fastify/swagger': 'LICENSE',
  '@marcbachmann/cel-js': 'LICENSE',
  '@opentelemetry/api': 'LICENSE',
  '@sinclair/typebox': 'license',
  bintrees: 'LICENSE',
  commander: 'LICENSE',
  debug: 'LICENSE',
  'fast-uri': 'LICENSE',
  'fastify-plugin': 'LICENSE',
  'json-schema-resolver': 'LICENSE',
  ms: 'license.md',
  'prom-client': 'LICENSE',
  rfdc: 'LICENSE',
  tdigest: 'LICENSE',
  uuid: 'LICENSE.md',
  yaml: 'LICENSE',
};

/** What is put in. */
export const packagesWithin: readonly string[] = Object.keys(within);

/** What stands in place of `import.meta.url` until it is known which file a module went to. */
const marker = '__urlOf';

/**
 * Puts the modules together into few files, since a start takes longer the more files it reads. What modules read beside
 * themselves is where it would be beside each of them, so each goes on finding it.
 */
export async function bundle(target: string): Promise<readonly OutputChunk[]> {
  const shared = entries.filter((name) => !alone.includes(name));
  const chunks: OutputChunk[] = [];
  for (const names of [shared, ...alone.map((name) => [name])]) chunks.push(...(await together(names, target)));
  for (const [name, license] of Object.entries(within)) {
    cpSync(join(root, 'node_modules', name, license), join(target, 'licenses', `${name.replace('/', '-')}.txt`));
  }
  return chunks;
}

function packageOf(name: string): string {
  return /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
}

async function together(names: readonly string[], target: string): Promise<readonly OutputChunk[]> {
  const bundled = await rolldown({
    cwd: root,
    input: Object.fromEntries(names.map((name) => [name, join(root, `${name}.ts`)])),
    external: (name) => !/^[./]/.test(name) && !packagesWithin.includes(packageOf(name)),
    platform: 'node',
    preserveEntrySignatures: 'strict',
    plugins: [placesKept(), builtinsByName(), oneByteEach()],
    logLevel: 'warn',
  });
  const { output } = await bundled.write({
    dir: target,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    minifyInternalExports: false,
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await bundled.close();
  return output.filter((file) => file.type === 'chunk');
}

/** A module's own URL stays what it is where nothing is bundled. */
function placesKept(): Plugin {
  return {
    name: 'places-kept',
    transform(code, id) {
      // What the bundler makes itself is where its file is.
      if (!code.includes('import.meta.url') || id.startsWith('\0')) return null;
      const place = relative(root, id).replace(/\.ts$/, '.js');
      return code.replaceAll('import.meta.url', `${marker}(${JSON.stringify(place)})`);
    },
    renderChunk(code, chunk) {
      if (!code.includes(marker)) return null;
      return code.replaceAll(new RegExp(`${marker}\\("([^"]+)"\\)`, 'g'), (_, place: string) => {
        const path = relative(dirname(chunk.fileName), place);
        return `new URL(${JSON.stringify(path.startsWith('.') ? path : `./${path}`)}, import.meta.url).href`;
      });
    },
  };
}

/**
 * An import reads all that a module of Node's exports, and with `node:http` loads an HTTP client that nobody asked for, with
 * `node:tls` each certificate that Node brings along. Whoever asks the process for the module gets what he names.
 */
function builtinsByName(): Plugin {
  const imports = /^(?:#!.*\n)?(?:import .*\n)+/;
  const builtin = /^import (?:\* as )?(.+) from ("node:[^"]+");$/gm;
  return {
    name: 'builtins-by-name',
    renderChunk(code) {
      return code.replace(imports, (lines) =>
        lines.replaceAll(
          builtin,
          (_, names: string, module: string) =>
            `const ${names.replaceAll(' as ', ': ')} = globalThis.process.getBuiltinModule(${module});`,
        ),
      );
    },
  };
}

/**
 * V8 keeps the text of a module in one byte a character, or in two a character where a single one of them needs it. At the very
 * end, since the bundler writes characters as themselves whenever it prints anew.
 */
function oneByteEach(): Plugin {
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return {
    name: 'one-byte-each',
    generateBundle(_options, files) {
      for (const file of Object.values(files)) {
        if (file.type === 'chunk') file.code = file.code.replaceAll(/[^\0-\x7f]/g, escaped);
      }
    },
  };
}
