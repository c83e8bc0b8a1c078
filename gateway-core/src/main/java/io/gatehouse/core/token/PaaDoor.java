package io.gatehouse.core.token;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Token;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Lets clients in that bring a token (MS-TSGU 2.2.10.18, PAACookie). Safe for use by many threads; never blocks for
 * long.
 */
public final class PaaDoor {
    private final PaaTokens tokens;
    private final PaaLedger ledger;
    private final AddressCheck addressCheck;
    private final Domains domains;

    /** The answer to a token: the user that it lets in, or the reason of the refusal. */
    public sealed interface Answer {
        /**
         * It opens a tunnel.
         *
         * @param identity who, confined to what the token opens
         * @param ticket to be closed when the tunnel ends
         * @param remark what the audit log should know, although it does not forbid anything
         */
        record Welcome(Identity identity, PaaLedger.Ticket ticket, Optional<String> remark) implements Answer {}

        /**
         * It does not.
         *
         * @param account who it was made for, when one of our keys signed it
         * @param rejected why
         */
        record Refused(Optional<String> account, Rejected rejected) implements Answer {}
    }

    /** A door. */
    public PaaDoor(PaaTokens tokens, PaaLedger ledger, AddressCheck addressCheck, Domains domains) {
        this.tokens = tokens;
        this.ledger = ledger;
        this.addressCheck = addressCheck;
        this.domains = domains;
    }

    /**
     * Uses the cookie of a TUNNEL_CREATE for one tunnel.
     *
     * @param cookie UTF-16LE text, with or without its terminating NUL
     * @param revoked runs when the token is revoked while the tunnel is open
     */
    public Answer knock(Token cookie, Peer peer, Runnable revoked) {
        Optional<String> text = text(cookie);
        if (text.isEmpty()) {
            return refused(Optional.empty(), Reason.MALFORMED, "the token is not UTF-16 text");
        }
        return switch (tokens.verify(text.get())) {
            case Parsed.Faulty<PaaToken>(String problem) -> refused(Optional.empty(), Reason.MALFORMED, problem);
            case Parsed.Valid<PaaToken>(PaaToken token) -> knock(token, peer, revoked);
        };
    }

    private Answer knock(PaaToken token, Peer peer, Runnable revoked) {
        Optional<String> account = Optional.of(token.identity().displayName());
        Optional<String> stranger = token.client()
                .filter(client -> addressCheck != AddressCheck.OFF && !client.equals(peer.address()))
                .map(client -> "the token was made for a client at " + client.getHostAddress());
        if (stranger.isPresent() && addressCheck == AddressCheck.ENFORCE) {
            return refused(account, Reason.REFUSED, stranger.get());
        }
        return switch (ledger.use(token, new Source(peer.address()), revoked)) {
            case PaaLedger.Use.Refused(Reason reason, String why) -> refused(account, reason, why);
            case PaaLedger.Use.Admitted(PaaLedger.Ticket ticket, Optional<String> remark) ->
                new Answer.Welcome(confined(token), ticket, remark.or(() -> stranger));
        };
    }

    private Identity confined(PaaToken token) {
        Grant grant = new Grant(
                token.id(), token.targets().stream().map(Target::toString).collect(Collectors.toSet()));
        return AccountNames.canonical(token.identity(), domains).confinedTo(grant);
    }

    private static Answer refused(Optional<String> account, Reason reason, String detail) {
        return new Answer.Refused(account, new Rejected(reason, detail));
    }

    private static Optional<String> text(Token cookie) {
        try {
            String text = StandardCharsets.UTF_16LE
                    .newDecoder()
                    .decode(ByteBuffer.wrap(cookie.bytes()))
                    .toString();
            return Optional.of(text.endsWith("\0") ? text.substring(0, text.length() - 1) : text);
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
