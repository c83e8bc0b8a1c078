package io.gatehouse.jetty.rdg;

import io.gatehouse.api.Peer;
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

    public SignInDesk(HttpLogin login, PendingLogins shared) {
        this.login = login;
        this.shared = shared;
    }

    /** Answers the request's {@code Authorization}; may block. */
    Answer ask(RdgRequest rdg, Peer peer, ConnectionGuard guard) {
        return peer.viaProxy() ? askShared(rdg, peer) : askOwn(rdg, peer, guard);
    }

    private Answer askOwn(RdgRequest rdg, Peer peer, ConnectionGuard guard) {
        Optional<LoginAttempt> pending =
                guard.takeHeld() instanceof LoginAttempt attempt ? Optional.of(attempt) : Optional.empty();
        Answer answer = login.answer(rdg.authorization(), pending, peer);
        if (answer instanceof Answer.Unauthorized unauthorized) {
            unauthorized.pending().ifPresent(guard::hold);
        }
        return answer;
    }

    private Answer askShared(RdgRequest rdg, Peer peer) {
        shared.expire();
        PendingLogins.Leg leg = rdg.kind() == RdgRequest.Kind.IN_SIGN_IN ? PendingLogins.Leg.IN : PendingLogins.Leg.OUT;
        Optional<PendingLogins.Key> key = PendingLogins.Key.of(rdg.connectionId(), leg, peer.address());
        Answer answer = login.answer(rdg.authorization(), key.flatMap(shared::take), peer);
        if (answer instanceof Answer.Unauthorized unauthorized
                && unauthorized.pending().isPresent()) {
            LoginAttempt pending = unauthorized.pending().get();
            key.ifPresentOrElse(known -> shared.put(known, pending), pending::close);
        }
        return answer;
    }
}
