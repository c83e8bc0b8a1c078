package io.gatehouse.core.kdcproxy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Token;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.kerberos.PrincipalName;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * MS-KKDCP 3.2.5: judges what clients want to say to a KDC. They are strangers, so only well-formed messages of known
 * types to realms that the configuration names go on, and a question for a first ticket goes through the guess budget
 * before the KDC is asked: it is a guess at a password, or finds out whether there is an account. Safe for use by many
 * threads.
 */
public final class KdcProxy {
    private final List<Domain> domains;
    private final boolean passwordChanges;
    private final GuessBudget guesses;
    private final Duration patience;
    private final Clock clock;

    /**
     * A KDC proxy.
     *
     * @param domains those whose KDCs may be asked, each with a realm
     * @param passwordChanges whether passwords may be changed
     * @param guesses the budget that it shares with the gateway's own sign-in
     * @param patience how long a guess waits for the answers to others, by the machine's own clock
     */
    public KdcProxy(
            List<Domain> domains, boolean passwordChanges, GuessBudget guesses, Duration patience, Clock clock) {
        this.domains = List.copyOf(domains);
        this.passwordChanges = passwordChanges;
        this.guesses = guesses;
        this.patience = patience;
        this.clock = clock;
    }

    /** Judges the body of a request; may wait for a moment. */
    public Verdict judge(byte[] body, InetAddress source) {
        try {
            KdcProxyMessage envelope = KdcProxyMessage.parse(body);
            if (envelope.targetDomain().isEmpty()) {
                return new Verdict.Malformed("no target-domain");
            }
            KerberosRequest request = KerberosRequest.parse(envelope.message());
            return judge(envelope.targetDomain().get(), request, envelope.message(), source);
        } catch (MalformedException malformed) {
            return new Verdict.Malformed(malformed.reason());
        }
    }

    private Verdict judge(String target, KerberosRequest request, Token message, InetAddress source) {
        Optional<Domain> domain =
                domains.stream().filter(known -> known.isNamed(target)).findFirst();
        if (domain.isEmpty()) {
            return new Verdict.Refused(target, request.type(), "the realm is not one of [kdc-proxy]");
        }
        if (!domain.get().isNamed(request.realm())) {
            return new Verdict.Refused(
                    target, request.type(), "the message inside is for another realm: " + request.realm());
        }
        return switch (request) {
            case KerberosRequest.Authentication authentication -> guess(domain.get(), authentication, message, source);
            case KerberosRequest.ServiceTicket _ -> ask(domain.get(), request, message, Optional.empty());
            case KerberosRequest.PasswordChange _ ->
                passwordChanges
                        ? ask(domain.get(), request, message, Optional.empty())
                        : new Verdict.Refused(target, request.type(), "changes of passwords are off in [kdc-proxy]");
        };
    }

    private Verdict guess(Domain domain, KerberosRequest.Authentication request, Token message, InetAddress source) {
        String account = account(domain, request.client());
        Optional<GuessBudget.Charge> charge = request.armoured()
                ? guesses.chargeHidden(source, account, patience)
                : guesses.charge(source, account, patience);
        if (charge.isPresent()) {
            return ask(domain, request, message, charge);
        }
        Token refusal = KerberosErrors.clientRevoked(request, clock.instant());
        return new Verdict.Throttled(
                request.realm(), request.type(), account, Token.of(KdcProxyMessage.answer(refusal)));
    }

    private static Verdict ask(
            Domain domain, KerberosRequest request, Token message, Optional<GuessBudget.Charge> charge) {
        return new Verdict.Ask(new PermittedRequest(domain, request, message, charge));
    }

    /** The name under which guesses are counted and told; the budget knows which names may be one account. */
    private static String account(Domain domain, PrincipalName client) {
        String user = client.text();
        return user.indexOf('@') > 0 ? user : user + "@" + domain.realm().orElse(domain.name());
    }
}
