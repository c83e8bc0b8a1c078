package io.gatehouse.client;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Secret;
import io.gatehouse.api.Token;
import io.gatehouse.client.ntlm.NtlmClient;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The requests and 401 answers of one sign-in on one connection, up to the answer that ends it. */
final class HttpSignIn {
    private final ClientOptions options;
    private final Connection connection;
    private final Consumer<ResponseHead> seen;

    /**
     * A sign-in.
     *
     * @param seen is told each response head
     */
    HttpSignIn(ClientOptions options, Connection connection, Consumer<ResponseHead> seen) {
        this.options = options;
        this.connection = connection;
        this.seen = seen;
    }

    /**
     * Sends {@code request}, once or for each leg of NTLM.
     *
     * @param request makes the head with a given Authorization value
     * @return the last answer, with status {@code expected}; its body was not read
     * @throws GatewayRefusedException if an answer is another one
     */
    ResponseHead run(Function<Optional<String>, ByteBuffer> request, int expected) throws IOException {
        ResponseHead head = switch (options.credentials()) {
            case Credentials.None _, Credentials.TunnelNtlm _, Credentials.PaaCookie _ ->
                exchange(request.apply(Optional.empty()));
            case Credentials.Basic basic -> exchange(request.apply(Optional.of(basic(basic))));
            case Credentials.Bearer(Secret token) -> exchange(request.apply(Optional.of("Bearer " + token.text())));
            case Credentials.Ticket(Supplier<Token> tokens) ->
                exchange(request.apply(
                        Optional.of(token("Negotiate", tokens.get().bytes()))));
            case Credentials.Ntlm ntlm -> ntlm(ntlm, request);
        };
        if (head.status() != expected) {
            throw new GatewayRefusedException(head, Integer.toString(expected));
        }
        return head;
    }

    private ResponseHead ntlm(Credentials.Ntlm credentials, Function<Optional<String>, ByteBuffer> request)
            throws IOException {
        NtlmClient client = ntlmClient(options, credentials.account(), connection.binding());
        ResponseHead challenge = exchange(request.apply(Optional.of(token(credentials.scheme(), client.negotiate()))));
        if (challenge.status() != 401) {
            throw new GatewayRefusedException(challenge, "401 with a challenge");
        }
        String answer = challenge
                .challenge(credentials.scheme())
                .orElseThrow(() -> new GatewayRefusedException(challenge, "a token for " + credentials.scheme()));
        ResponseReader.skipBody(connection, challenge);
        return exchange(request.apply(Optional.of(token(credentials.scheme(), client.authenticate(decode(answer))))));
    }

    private ResponseHead exchange(ByteBuffer request) throws IOException {
        connection.write(request);
        ResponseHead head = ResponseReader.read(connection);
        seen.accept(head);
        return head;
    }

    static NtlmClient ntlmClient(
            ClientOptions options, NtlmClient.Account account, Optional<ChannelBinding> ofConnection) {
        Optional<ChannelBinding> binding = switch (options.binding()) {
            case BindingChoice.OfConnection _ -> ofConnection;
            case BindingChoice.None _ -> Optional.empty();
            case BindingChoice.Fixed(ChannelBinding fixed) -> Optional.of(fixed);
        };
        return new NtlmClient(account, "HTTP/" + options.host(), binding, options.random(), InstantSource.system());
    }

    private static String basic(Credentials.Basic basic) {
        String pair = basic.user() + ":" + basic.password().text();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static String token(String scheme, byte[] message) {
        return scheme + " " + Base64.getEncoder().encodeToString(message);
    }

    private static byte[] decode(String token) throws ProtocolException {
        try {
            return Base64.getDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("challenge is no base64: " + e.getMessage());
        }
    }
}
