package io.gatehouse.jetty;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.testkit.directory.KerberosCache;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.provider.SignInServer;
import java.io.IOException;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Real tickets of a user for {@code HTTP/localhost}, in the SPNEGO of MIT Kerberos: what curl sends to a server of that
 * name, which takes it down instead of using it.
 */
public final class CurlTickets implements AutoCloseable {
    private final TestFolder folder;
    private final KerberosCache user;
    private final Queue<Token> taken = new ConcurrentLinkedQueue<>();
    private final SignInServer server;

    public CurlTickets(TestFolder folder, KerberosCache user) throws IOException {
        this.folder = folder;
        this.user = user;
        this.server = new SignInServer(
                TokenMechanism.ofOneToken(Scheme.NEGOTIATE, Set.of(Venue.HTTP_AUTHORIZATION), token -> {
                    taken.add(token);
                    return new Rejected(Reason.REFUSED, "taken down");
                }));
    }

    /** Another ticket with an authenticator of its own: each is good once. */
    public Token next() {
        Command.of("curl", "--silent", "--noproxy", "*", "--negotiate", "--user", ":", server.address())
                .withEnvironment(user.environment())
                .runOrThrow(folder);
        return Objects.requireNonNull(taken.poll(), "curl sent no ticket");
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
