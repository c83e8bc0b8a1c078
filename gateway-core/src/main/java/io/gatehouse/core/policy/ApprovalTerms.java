package io.gatehouse.core.policy;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.PersonNames;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The approval that a rule asks for before it lets anybody through. An approval is for these very terms: a rule that a
 * reload changes asks again.
 *
 * @param approvers somebody else, who is one of these; empty when users approve their own connections
 * @param methods sign-in methods of the approver at the portal, lower case; empty for all
 * @param multiFactor whether the approver must have used a second factor
 * @param lasts how long an approval is good for further connections
 * @param withoutNumber what becomes of clients that cannot show the number
 * @param scope the targets and ports of the rule, as approvers read them
 * @param provider of whose account the user is; empty for all providers. What is known of the user of a device ticket
 *     is what they say when they sign in with that account
 */
public record ApprovalTerms(
        Optional<AccountSelection> approvers,
        Set<String> methods,
        boolean multiFactor,
        Duration lasts,
        WithoutNumber withoutNumber,
        String scope,
        Optional<String> provider) {
    /** Terms for accounts of every provider. */
    public ApprovalTerms(
            Optional<AccountSelection> approvers,
            Set<String> methods,
            boolean multiFactor,
            Duration lasts,
            WithoutNumber withoutNumber,
            String scope) {
        this(approvers, methods, multiFactor, lasts, withoutNumber, scope, Optional.empty());
    }

    public ApprovalTerms {
        methods = Set.copyOf(methods);
    }

    /** What the sign-in of an approver lacks. */
    public enum Shortfall {
        METHOD,
        MULTI_FACTOR
    }

    /**
     * Whether {@code who} signed in to the account of {@code user}: the account of that name, at the {@code provider}
     * if the terms name one.
     */
    public boolean isOwn(Identity who, Identity user) {
        return AccountNames.key(who).equals(AccountNames.key(user))
                && provider.map(who.provider()::equals).orElse(true);
    }

    /**
     * Whether {@code approver} is one who may approve connections of {@code user}, however they signed in. The user is
     * one account; somebody else is whoever cannot be the user by any name, at whatever provider.
     *
     * @param domains tell which names can be those of one person
     */
    public boolean isApprover(Identity approver, Identity user, Domains domains) {
        return approvers
                .map(others -> others.includes(approver)
                        && !PersonNames.of(approver, domains).canBe(PersonNames.of(user, domains)))
                .orElseGet(() -> isOwn(approver, user));
    }

    /** The same, without an exception for clients that show no number: these wait like others. */
    public ApprovalTerms withoutExemption() {
        return withoutNumber == WithoutNumber.EXEMPT
                ? new ApprovalTerms(approvers, methods, multiFactor, lasts, WithoutNumber.ASK, scope, provider)
                : this;
    }

    /** What the sign-in of {@code approver} lacks; empty when it is good enough. */
    public Optional<Shortfall> shortfall(Identity approver) {
        if (!methods.isEmpty() && !methods.contains(approver.method().toLowerCase(Locale.ROOT))) {
            return Optional.of(Shortfall.METHOD);
        }
        return multiFactor && !approver.proofs().contains(Identity.Proof.MULTI_FACTOR)
                ? Optional.of(Shortfall.MULTI_FACTOR)
                : Optional.empty();
    }
}
