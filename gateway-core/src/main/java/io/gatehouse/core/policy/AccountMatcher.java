package io.gatehouse.core.policy;

import static io.gatehouse.core.text.AccountNames.folded;

import io.gatehouse.api.Identity;
import io.gatehouse.core.text.AccountNames;
import java.util.Optional;

/**
 * Recognises the account that an {@link AccountPattern} names, case ignored. {@code alice} is the account without a
 * domain, so that nobody else's domain can provide an {@code alice} that a rule did not mean; {@code DOMAIN\alice} and
 * {@code alice@REALM} name the domain, and the latter also is a user principal name. A domain may be called by any name
 * that the configuration knows for it; identities are expected to have the canonical one ({@link
 * AccountNames#canonical}).
 */
public sealed interface AccountMatcher {

    /** An account without domain; folded. */
    record Bare(String user) implements AccountMatcher {}

    /** An account of a domain; folded, the domain by its canonical name. */
    record InDomain(String domain, String user) implements AccountMatcher {}

    /**
     * An account of a configured domain by a suffix that is one of the domain's names: its account name or its user
     * principal name. Accounts of other domains do not match, whatever principal name these give them. Folded.
     */
    record WithSuffix(String user, String suffix, String domain) implements AccountMatcher {}

    /** A user principal name, or an account of a realm that the configuration does not know; folded. */
    record AtRealm(String user, String realm) implements AccountMatcher {}

    /** Whether {@code identity} could be the one by a user principal name that is not known of it. */
    default boolean asksForPrincipalName(Identity identity) {
        return switch (this) {
            case Bare _, InDomain _ -> false;
            case WithSuffix(String _, String _, String domain) ->
                identity.domain().map(AccountNames::folded).equals(Optional.of(domain));
            case AtRealm _ -> true;
        };
    }

    /** Whether {@code identity} is the one. */
    default boolean matches(Identity identity) {
        String identityUser = folded(identity.user());
        Optional<String> identityDomain = identity.domain().map(AccountNames::folded);
        Optional<String> upn = identity.upn().map(AccountNames::folded);
        return switch (this) {
            case Bare(String user) -> identityDomain.isEmpty() && identityUser.equals(user);
            case InDomain(String domain, String user) ->
                identityUser.equals(user) && identityDomain.equals(Optional.of(domain));
            case WithSuffix(String user, String suffix, String domain) ->
                identityDomain.equals(Optional.of(domain))
                        && (identityUser.equals(user) || upn.equals(Optional.of(user + "@" + suffix)));
            case AtRealm(String user, String realm) ->
                upn.equals(Optional.of(user + "@" + realm))
                        || (identityUser.equals(user) && identityDomain.equals(Optional.of(realm)));
        };
    }
}
