/** A person's tokens for the API: the list, making one, revoking one. */
import { lastDayBefore, londonDateOf } from '../../calendar';
import { scopeNames, scopes, type Scope } from '../../config/scopes';
import { isValid, tokenId, type ApiToken } from '../../store/accounts';
import { longestExpiry, makeToken, revokeToken, tokenSchema, type TokenForm } from '../accounts/tokens';
import type { WebDependencies } from '../dependencies';
import { dateOfParts } from '../forms/fields';
import { handlersOf, type Form } from '../forms/form';
import { actorOf } from '../http/actor';
import type { Limits } from '../http/limits';
import { NotFound } from '../http/refusals';
import type { Routes, SignedIn } from '../http/routes';

export function tokenRoutes(routes: Routes, deps: WebDependencies, limits: Limits): void {
  const { store, clock } = deps;

  routes.signedIn('/tokens', 'signed-in', {
    get: async ({ request, response, account }) => {
      const { notice } = request.session;
      delete request.session.notice;
      const tokens = await store.accounts.tokensOf(account._id);
      response.render('tokens/list.njk', { tokens: tokens.map((token) => shown(token, deps)), notice });
    },
  });

  const form = handlersOf(newTokenForm(deps));
  routes.signedIn('/tokens/new', 'signed-in', {
    get: form.get,
    post: async (context) => {
      await limits.count('posts', context.account._id);
      await form.post(context);
    },
  });

  const ownToken = async ({ request, account }: SignedIn): Promise<ApiToken> => {
    const tokens = await store.accounts.tokensOf(account._id);
    const found = tokens.find((token) => tokenId(token) === request.params['token']);
    if (found === undefined) throw new NotFound();
    return found;
  };
  routes.signedIn('/tokens/:token/revocation', 'signed-in', {
    get: async (context) => {
      const token = await ownToken(context);
      if (!isValid(token, clock.now())) context.response.redirect(303, '/tokens');
      else context.response.render('tokens/revoke.njk', { token: shown(token, deps), backLink: '/tokens' });
    },
    post: async (context) => {
      const { request, response } = context;
      await revokeToken(await ownToken(context), actorOf(request, 'page', deps), { ...store, clock });
      request.session.notice = 'token-revoked';
      response.redirect(303, '/tokens');
    },
  });
}

/** A token as its page shows it. */
function shown(token: ApiToken, { clock }: Pick<WebDependencies, 'clock'>) {
  const valid = isValid(token, clock.now());
  return {
    ...token,
    id: tokenId(token),
    lastDay: lastDayBefore(token.expiresAt),
    isValid: valid,
    tag: valid
      ? { text: 'Valid', classes: 'govuk-tag--green' }
      : token.revokedAt !== null
        ? { text: 'Revoked', classes: 'govuk-tag--grey' }
        : { text: 'Expired', classes: 'govuk-tag--grey' },
  };
}

/** The name of a scope's checkbox. */
const checkbox = (scope: Scope): string => `scope-${scope.replace(':', '-')}`;

function newTokenForm(deps: WebDependencies): Form<SignedIn, TokenForm> {
  const { store, clock } = deps;
  const [firstScope = 'cases:read'] = scopeNames;
  return {
    view: 'tokens/new.njk',
    fields: {
      name: () => 'name',
      kind: () => 'kind',
      scopes: () => checkbox(firstScope),
      expiresOn: (typed) =>
        `expiresOn-${['day', 'month', 'year'].find((part) => !typed[`expiresOn-${part}`]) ?? 'day'}`,
    },
    schema: () => tokenSchema(londonDateOf(clock.now())),
    read: (typed) => ({
      name: typed['name'] ?? '',
      kind: typed['kind'],
      scopes: scopeNames.filter((scope) => typed[checkbox(scope)] === 'yes'),
      expiresOn: dateOfParts(typed, 'expiresOn'),
    }),
    present: (_context, typed) => ({
      scopes: scopeNames.map((scope) => ({
        name: checkbox(scope),
        id: checkbox(scope),
        value: 'yes',
        text: scope,
        hint: { text: scopes[scope] },
        checked: typed[checkbox(scope)] === 'yes',
      })),
      longest: longestExpiry(londonDateOf(clock.now())),
      backLink: '/tokens',
    }),
    submit: async ({ request, response, account }, input, submissionId) => {
      const token = await makeToken(input, account, submissionId, actorOf(request, 'page', deps), { ...store, clock });
      response.render('tokens/made.njk', { token, name: input.name });
      // The token is kept nowhere, so there is nothing that another page could show.
      return null;
    },
  };
}
