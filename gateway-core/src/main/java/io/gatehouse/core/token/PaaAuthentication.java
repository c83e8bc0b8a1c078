package io.gatehouse.core.token;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Token;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.account.AccountVerdict;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Authenticates clients by the cookie of TUNNEL_CREATE, one of our tokens (MS-TSGU 2.2.10.19, PAACookie), whose user
 * must still have the account. Safe for use by many threads.
 */
public final class PaaAuthentication {
    /** Its name among the methods in audit lines and metrics. */
    public static final String METHOD = "paa";

    private final PaaTokens tokens;
    private final PaaLedger ledger;
    private final AddressCheck addressCheck;
    private final Domains domains;
    private final AccountChecks accounts;
    private final UserBlocks blocks;

    /** The answer to a token: the user that it lets in, or the reason of the refusal. */
    public sealed interface Answer {
        /**
         * It opens a tunnel.
         *
         * @param identity who, confined to what the token opens
         * @param ticket to be closed when the tunnel ends
         * @param remark what the audit log should know, although it does not forbid anything
         */
        record Accepted(Identity identity, PaaLedger.Ticket ticket, Optional<String> remark) implements Answer {}

        /**
         * It does not.
         *
         * @param account who it was made for, when one of our keys signed it
         * @param rejected why
         */
        record Refused(Optional<String> account, Rejected rejected) implements Answer {}
    }

    /** Authentication by tokens of {@code tokens}. */
    public PaaAuthentication(
            PaaTokens tokens,
            PaaLedger ledger,
            AddressCheck addressCheck,
            Domains domains,
            AccountChecks accounts,
            UserBlocks blocks) {
        this.tokens = tokens;
        this.ledger = ledger;
        this.addressCheck = addressCheck;
        this.domains = domains;
        this.accounts = accounts;
        this.blocks = blocks;
    }

    /**
     * Uses the cookie of a TUNNEL_CREATE for one tunnel. May block while a back end is asked about the account.
     *
     * @param cookie UTF-16LE text, with or without its terminating NUL
     * @param revoked runs when the token is revoked while the tunnel is open
     */
    public Answer authenticate(Token cookie, Peer peer, Runnable revoked) {
        Optional<String> text = CookieText.of(cookie);
        if (text.isEmpty()) {
            return refused(Optional.empty(), Reason.MALFORMED, "the token is not UTF-16 text");
        }
        return switch (tokens.verify(text.get())) {
            case Parsed.Faulty<PaaToken>(String problem) -> refused(Optional.empty(), Reason.MALFORMED, problem);
            case Parsed.Valid<PaaToken>(PaaToken token) -> authenticate(token, peer, revoked);
        };
    }

    private Answer authenticate(PaaToken signed, Peer peer, Runnable revoked) {
        // Under the name that blocks and revocations know, whatever name of the domain the token was made with.
        PaaToken token = signed.of(AccountNames.canonical(signed.identity(), domains));
        Optional<String> account = Optional.of(token.identity().displayName());
        Optional<String> stranger = token.client()
                .filter(client -> addressCheck != AddressCheck.OFF && !client.equals(peer.address()))
                .map(client -> "the token was made for a client at " + client.getHostAddress());
        if (stranger.isPresent() && addressCheck == AddressCheck.ENFORCE) {
            return refused(account, Reason.REFUSED, stranger.get());
        }
        // Only a token that is good asks the back end: one that is expired or used up costs nobody a question, and ends
        // nobody's work.
        Optional<PaaLedger.Use.Refused> refusal = ledger.refusal(token, new Source(peer.address()));
        if (refusal.isPresent()) {
            return refused(account, refusal.get().reason(), refusal.get().why());
        }
        Identity identity = token.identity();
        Optional<Rejected> blocked = blocks.refusal(identity);
        if (blocked.isPresent()) {
            return new Answer.Refused(account, blocked.get());
        }
        return switch (accounts.check(identity)) {
            case AccountVerdict.Gone(String reason) ->
                refused(account, Reason.LOCKED, "the account is gone: " + reason);
            case AccountVerdict.Active(Identity now) -> use(token, now, peer, stranger, revoked);
            case AccountVerdict.NotCovered() -> use(token, identity, peer, stranger, revoked);
            // Keeps nobody from coming back: what the token opens was allowed when it was made.
            case AccountVerdict.Unavailable(String reason, var _) -> {
                String unchecked = "the account was not checked: " + reason;
                yield use(
                        token,
                        identity,
                        peer,
                        Optional.of(stranger.map(remark -> remark + "; " + unchecked)
                                .orElse(unchecked)),
                        revoked);
            }
        };
    }

    private Answer use(PaaToken token, Identity identity, Peer peer, Optional<String> remark, Runnable revoked) {
        return switch (ledger.use(token, new Source(peer.address()), revoked)) {
            case PaaLedger.Use.Refused(Reason reason, String why) ->
                refused(Optional.of(identity.displayName()), reason, why);
            case PaaLedger.Use.Admitted(PaaLedger.Ticket ticket, Optional<String> elsewhere) ->
                new Answer.Accepted(confined(token, identity), ticket, elsewhere.or(() -> remark));
        };
    }

    private static Identity confined(PaaToken token, Identity identity) {
        Grant grant = new Grant(
                token.id(),
                token.targets().stream().map(Target::toString).collect(Collectors.toSet()),
                token.desktop());
        return identity.confinedTo(grant);
    }

    private static Answer refused(Optional<String> account, Reason reason, String detail) {
        return new Answer.Refused(account, new Rejected(reason, detail));
    }
}
