/** What the trunk found wrong, by the path of the key: `numbers[0].to[1]: must be …`. */

export interface FieldProblem {
  path: string;
  says: string;
}

export const SECTIONS = [
  'profile',
  'numbers',
  'access',
  'countries',
  'limits',
  'media',
  'recording',
  'parties',
  'applications',
] as const;
export type Section = (typeof SECTIONS)[number];

export function problemsOf(message: string): FieldProblem[] {
  return message.split('\n').map((line) => {
    const [, path, says] = /^([\w.[\]]+): (.*)$/.exec(line) ?? [];
    return path === undefined || says === undefined ? { path: '', says: line } : { path, says };
  });
}

/** The words for a field, which may stand for more than one key. */
export function problemAt(problems: readonly FieldProblem[], ...paths: string[]): string | undefined {
  const says = problems.find(({ path }) => paths.includes(path))?.says;
  return says && `${says.charAt(0).toUpperCase()}${says.slice(1)}.`;
}

/** The words for a field that holds a whole list: the first that concern the list or one of its entries. */
export function problemWithin(problems: readonly FieldProblem[], path: string): string | undefined {
  const found = problems.find((each) => each.path === path || each.path.startsWith(`${path}[`));
  return found && problemAt(problems, found.path);
}

export function sectionOf({ path }: FieldProblem): Section | undefined {
  const [key = ''] = path.split(/[.[]/);
  switch (key) {
    case 'provider':
    case 'domain':
    case 'domains':
    case 'plivo':
      return 'profile';
    case 'auth':
      return 'access';
    case 'twilio':
    case 'webhooks':
      return 'applications';
    case 'numbers':
    case 'countries':
    case 'limits':
    case 'media':
    case 'recording':
    case 'parties':
      return key;
    default:
      return undefined;
  }
}
