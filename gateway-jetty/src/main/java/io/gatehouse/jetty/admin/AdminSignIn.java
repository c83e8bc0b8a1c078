package io.gatehouse.jetty.admin;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Secret;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.admin.AdminTokenFile;
import io.gatehouse.core.admin.AdminTokens;
import io.gatehouse.core.limits.KeyedRateLimit;
import io.gatehouse.core.net.Source;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.SelectableChannelEndPoint;
import org.eclipse.jetty.server.Request;

/**
 * Finds out who makes a request: by its token, or by the user of the process at the other end of a Unix domain socket.
 * Failed tokens are counted for their source. Safe for use by many threads.
 */
final class AdminSignIn {
    private static final String SCHEME = "Bearer ";
    private static final int LONGEST_TOKEN = 256;
    private static final int FAILURES_AT_ONCE = 20;
    private static final int FAILURES_PER_MINUTE = 10;

    private final Optional<AdminTokenFile> tokens;
    private final KeyedRateLimit<Object> failures;

    AdminSignIn(Optional<AdminTokenFile> tokens, MonotonicClock time) {
        this.tokens = tokens;
        this.failures = new KeyedRateLimit<>(time, FAILURES_PER_MINUTE, FAILURES_AT_ONCE);
    }

    /**
     * The administrator behind {@code request}.
     *
     * @throws ApiProblemException 401 when that is nobody, 429 when tokens of the source failed too often; a valid
     *     token is one whatever others at its source did
     */
    Caller caller(Request request) throws ApiProblemException {
        Optional<UserPrincipal> peer = peer(request);
        String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (authorization == null) {
            return peer.filter(AdminSignIn::isOwner)
                    .map(user -> new Caller(user.getName(), "peer", AdminRole.ADMIN))
                    .orElseThrow(() -> new ApiProblemException(
                            401,
                            peer.map(user -> "the user " + user.getName() + " needs a token (Authorization: Bearer)")
                                    .orElse("a token is missing (Authorization: Bearer)")));
        }
        Object source = peer.<Object>map(user -> user).orElseGet(() -> source(request));
        return token(authorization)
                .flatMap(this::find)
                .map(entry -> new Caller(entry.name(), "token", entry.role()))
                .orElseThrow(() -> failures.tryCount(source)
                        ? new ApiProblemException(401, "the token is not valid")
                        : new ApiProblemException(429, "too many requests without a valid token; wait a minute"));
    }

    /**
     * Whose request it is that was refused before anybody asked, or although somebody is known: the name of a valid
     * token, or of the user at the socket. For audit lines only.
     */
    Optional<String> refused(Request request) {
        try {
            Optional<UserPrincipal> peer = peer(request);
            return Optional.ofNullable(request.getHeaders().get(HttpHeader.AUTHORIZATION))
                    .flatMap(AdminSignIn::token)
                    .flatMap(this::find)
                    .map(AdminTokens.Entry::name)
                    .or(() -> peer.map(UserPrincipal::getName));
        } catch (ApiProblemException _) {
            return Optional.empty();
        }
    }

    private static Optional<Secret> token(String authorization) {
        return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                        && authorization.length() <= LONGEST_TOKEN
                ? Optional.of(Secret.ofText(authorization.substring(SCHEME.length())))
                : Optional.empty();
    }

    private Optional<AdminTokens.Entry> find(Secret token) {
        return tokens.flatMap(file -> file.tokens().find(token));
    }

    private static Object source(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress address
                ? new Source(address.getAddress())
                : "unknown";
    }

    /** The user of the process at the other end, as the kernel knows it (SO_PEERCRED of unix(7)). */
    private static Optional<UserPrincipal> peer(Request request) throws ApiProblemException {
        if (!(request.getConnectionMetaData().getConnection().getEndPoint() instanceof SelectableChannelEndPoint end)
                || !(end.getChannel() instanceof SocketChannel channel)
                || request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user());
        } catch (IOException | UnsupportedOperationException e) {
            throw new ApiProblemException(401, "the system does not tell who connected: " + e.getMessage());
        }
    }

    /** Root and the user of the gateway can read its files and end it, so the API gives them nothing that they lack. */
    private static boolean isOwner(UserPrincipal user) {
        try {
            Path self = Path.of("/proc/self");
            return user.equals(Files.getOwner(self))
                    || user.equals(
                            self.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("root"));
        } catch (IOException e) {
            return false;
        }
    }
}
