package io.gatehouse.jetty.rdg;

import io.gatehouse.core.login.Answer;
import io.gatehouse.core.login.HttpLogin;
import io.gatehouse.core.login.LoginAttempt;
import io.gatehouse.core.login.PendingLogins;
import io.gatehouse.jetty.edge.ConnectionGuard;
import java.util.Optional;

/**
 * Finds the half-done sign-in that a request goes on with. Without a proxy it belongs to the connection; behind one,
 * which may give one connection to many clients, to the client's connection id, leg and address. Either way the last
 * token must prove the password for the very challenge that was kept, so nobody can finish what another began.
 */
public final class SignInDesk {
    private final HttpLogin login;
    private final PendingLogins shared;
    private final BegunSignIns begun;

    public SignInDesk(HttpLogin login, PendingLogins shared, BegunSignIns begun) {
        this.login = login;
        this.shared = shared;
        this.begun = begun;
    }

    /** Answers the request's {@code Authorization}; may block. */
    Answer ask(Visit visit) {
        RdgRequest rdg = visit.rdg();
        PendingLogins.Leg leg = rdg.kind() == RdgRequest.Kind.IN_SIGN_IN ? PendingLogins.Leg.IN : PendingLogins.Leg.OUT;
        Optional<PendingLogins.Key> key =
                PendingLogins.Key.of(rdg.connectionId(), leg, visit.peer().address());
        return visit.peer().viaProxy() ? askShared(visit, key) : askOwn(visit, key);
    }

    private Answer askOwn(Visit visit, Optional<PendingLogins.Key> key) {
        ConnectionGuard guard = visit.guard();
        String connection = visit.request().getConnectionMetaData().getId();
        Optional<LoginAttempt> pending =
                guard.takeHeld() instanceof LoginAttempt attempt ? Optional.of(attempt) : Optional.empty();
        Answer answer = login.answer(
                visit.rdg().authorization(),
                pending,
                visit.peer(),
                () -> key.flatMap(known -> begun.lost(known, connection)));
        if (answer instanceof Answer.Unauthorized unauthorized) {
            unauthorized.pending().ifPresent(attempt -> {
                guard.hold(attempt);
                key.ifPresent(known -> begun.began(known, connection));
            });
        }
        return answer;
    }

    private Answer askShared(Visit visit, Optional<PendingLogins.Key> key) {
        shared.expire();
        Answer answer = login.answer(
                visit.rdg().authorization(),
                key.flatMap(shared::take),
                visit.peer(),
                () -> Optional.of(lostBehindProxy(visit, key)));
        if (answer instanceof Answer.Unauthorized unauthorized
                && unauthorized.pending().isPresent()) {
            LoginAttempt pending = unauthorized.pending().get();
            key.ifPresentOrElse(known -> shared.put(known, pending), pending::close);
        }
        return answer;
    }

    private static String lostBehindProxy(Visit visit, Optional<PendingLogins.Key> key) {
        String proxy = visit.neighbour().getHostAddress();
        return key.isEmpty()
                ? "no RDG-Connection-Id, without which no sign-in of two requests goes on behind the proxy " + proxy
                : ("no sign-in began here for this RDG-Connection-Id within 30 seconds (expected all its requests from"
                                + " the proxy %s at one gateway: set the proxy to hash RDG-Connection-Id)")
                        .formatted(proxy);
    }
}
