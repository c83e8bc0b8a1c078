package io.gatehouse.dist;

import io.gatehouse.formats.file.CertificateFile;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Calls the admin API of a running gateway. */
final class AdminApi {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");
    private static final int LARGEST_ANSWER = 64 << 20;

    /** A way to the API: takes a request, and brings the status and the body of its answer. */
    private interface Way {
        Answer send(String method, String path, Optional<String> body) throws IOException, CommandException;
    }

    private record Answer(int status, String body) {}

    private final Way way;

    private AdminApi(Way way) {
        this.way = way;
    }

    /** That of the gateway on this machine which listens on {@code socket}. */
    static AdminApi at(Path socket, Optional<String> token) {
        return at(socket, token, PATIENCE);
    }

    /**
     * The same.
     *
     * @param patience for a connection and the whole answer
     */
    static AdminApi at(Path socket, Optional<String> token, Duration patience) {
        return new AdminApi(
                (method, path, body) -> overSocket(socket, head(method, path, token, body), body, patience));
    }

    /** That at {@code url}. */
    static AdminApi at(URI url, String token, Optional<Path> authorities) throws CommandException {
        if (url.getHost() == null || !String.valueOf(url.getScheme()).matches("https?")) {
            throw CommandException.wrong("--url " + url + " (expected https://host:port or http://127.0.0.1:port)");
        }
        if (url.getScheme().equals("http") && !LOOPBACK.matcher(url.getHost()).matches()) {
            throw CommandException.wrong(
                    "--url " + url + " (expected https: the token would cross the network in clear)");
        }
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(PATIENCE);
        if (authorities.isPresent()) {
            client.sslContext(trusting(authorities.get()));
        }
        HttpClient http = client.build();
        return new AdminApi((method, path, body) -> overNetwork(http, url, token, method, path, body));
    }

    /**
     * Reads {@code path}.
     *
     * @param query parameters; those with an empty value are left out
     */
    Reply get(String path, Map<String, String> query) throws CommandException {
        String text = query.entrySet().stream()
                .filter(parameter -> !parameter.getValue().isEmpty())
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send("GET", text.isEmpty() ? path : path + "?" + text, Optional.empty());
    }

    /** Does {@code path} with these fields. */
    Reply post(String path, Map<String, Object> fields) throws CommandException {
        return send("POST", path, Optional.of(Reply.json(fields)));
    }

    private Reply send(String method, String path, Optional<String> body) throws CommandException {
        Answer answer;
        try {
            answer = way.send(method, path, body);
        } catch (IOException e) {
            throw CommandException.failed("the admin API does not answer: " + e);
        }
        try {
            Reply reply = Reply.of(answer.body());
            if (answer.status() != 200) {
                throw CommandException.failed(
                        reply.text("detail").isEmpty()
                                ? "the admin API answered " + answer.status()
                                : reply.text("detail"));
            }
            return reply;
        } catch (ParseException e) {
            throw CommandException.failed("the answer with status " + answer.status() + " is not that of an admin API");
        }
    }

    private static String head(String method, String path, Optional<String> token, Optional<String> body) {
        int length =
                body.map(text -> text.getBytes(StandardCharsets.UTF_8).length).orElse(0);
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + length
                + "\r\nContent-Type: application/json\r\n"
                + token.map(text -> "Authorization: Bearer " + text + "\r\n").orElse("") + "\r\n";
    }

    /** Java's HTTP client knows no Unix domain sockets. The API answers in one piece, and closes as it is asked to. */
    private static Answer overSocket(Path socket, String head, Optional<String> body, Duration patience)
            throws IOException, CommandException {
        byte[] answer;
        CountDownLatch done = new CountDownLatch(1);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // The kernel connects to a process that has stopped, until its queue is full, and then lets callers wait.
            Thread.ofVirtual().name("patience").start(() -> closeUnless(done, patience, channel));
            connect(channel, socket);
            ByteBuffer request = ByteBuffer.wrap((head + body.orElse("")).getBytes(StandardCharsets.UTF_8));
            while (request.hasRemaining()) {
                channel.write(request);
            }
            answer = readAll(channel);
        } catch (AsynchronousCloseException e) {
            throw CommandException.failed("the gateway does not answer: no answer came through " + socket + " within "
                    + patience.toSeconds() + " s (the process may be stopped, or the machine overloaded)");
        } finally {
            done.countDown();
        }
        String text = new String(answer, StandardCharsets.UTF_8);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || !text.matches("(?s)HTTP/1\\.1 [1-5][0-9][0-9].*")) {
            throw new IOException("no whole answer came");
        }
        return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(end + 4));
    }

    /** Whether a gateway listens on {@code socket}, or something that may not be opened does. */
    static boolean listens(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (ConnectException nobody) {
            return false;
        } catch (IOException other) {
            return Files.exists(socket);
        }
    }

    private static void closeUnless(CountDownLatch done, Duration patience, SocketChannel channel) {
        try {
            if (!done.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                channel.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // It is closed either way.
        }
    }

    private static void connect(SocketChannel channel, Path socket) throws IOException, CommandException {
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (AsynchronousCloseException e) {
            throw e;
        } catch (ConnectException e) {
            throw CommandException.failed("no gateway runs: nothing listens on " + socket);
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (Files.notExists(socket) || e instanceof FileNotFoundException) {
                throw CommandException.failed("no gateway runs: there is no " + socket);
            }
            if (reason.contains("denied")) {
                throw CommandException.failed("the user " + System.getProperty("user.name") + " may not open " + socket
                        + " (run the command as root or as the gateway's user, or join the gateway's group and use"
                        + " --token-file)");
            }
            throw e;
        }
    }

    private static byte[] readAll(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer piece = ByteBuffer.allocate(64 * 1024);
        while (channel.read(piece) >= 0) {
            all.write(piece.array(), 0, piece.position());
            piece.clear();
            if (all.size() > LARGEST_ANSWER) {
                throw new IOException("an answer of more than " + LARGEST_ANSWER + " bytes");
            }
        }
        return all.toByteArray();
    }

    private static Answer overNetwork(
            HttpClient http, URI url, String token, String method, String path, Optional<String> body)
            throws IOException, CommandException {
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.map(HttpRequest.BodyPublishers::ofString).orElseGet(HttpRequest.BodyPublishers::noBody))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (HttpTimeoutException e) {
            throw CommandException.failed("the gateway does not answer: no answer came from " + url + " within "
                    + PATIENCE.toSeconds() + " s");
        } catch (ConnectException e) {
            throw CommandException.failed("no gateway runs: nothing listens at " + url);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static SSLContext trusting(Path authorities) throws CommandException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (X509Certificate certificate : CertificateFile.read(authorities)) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException | io.gatehouse.api.ProviderException e) {
            throw CommandException.failed("--ca: " + e.getMessage());
        }
    }
}
