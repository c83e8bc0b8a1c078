package io.gatehouse.testkit.directory;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A certificate authority for clients, made and run by {@code openssl}: it issues certificates with any dates and
 * extensions, revokes them, publishes lists, and answers OCSP. One thread at a time.
 */
public final class ClientAuthority {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    /** What a certificate for clients has. */
    public static final String FOR_CLIENTS = "basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n";

    private final TestFolder folder;
    private final Path place;
    private final Path configuration;
    private final Path certificate;
    private final Path key;

    private ClientAuthority(TestFolder folder, Path place, Path configuration, Path certificate, Path key) {
        this.folder = folder;
        this.place = place;
        this.configuration = configuration;
        this.certificate = certificate;
        this.key = key;
    }

    /**
     * A client's certificate.
     *
     * @param certificate PEM
     * @param key its private key, PEM without password
     */
    public record Issued(Path certificate, Path key) {}

    /** A new authority that nobody has issued. */
    public static ClientAuthority root(TestFolder folder, String commonName) {
        TestCertificates.Pair own = TestCertificates.selfSigned(folder, commonName);
        return at(folder, own.certificate(), own.key());
    }

    /** An authority whose certificate this one issues. */
    public ClientAuthority intermediate(String commonName) {
        Issued issued = issue("/CN=" + commonName, "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n");
        return at(folder, issued.certificate(), issued.key());
    }

    /** Who has a certificate, and acts as if it were one of an authority. */
    public static ClientAuthority of(TestFolder folder, Issued issued) {
        return at(folder, issued.certificate(), issued.key());
    }

    private static ClientAuthority at(TestFolder folder, Path certificate, Path key) {
        try {
            Path place = folder.freshFolder("authority");
            Files.createFile(place.resolve("index.txt"));
            Files.writeString(place.resolve("serial"), "4A01\n");
            Files.writeString(place.resolve("crlnumber"), "01\n");
            Path configuration = folder.write("authority.conf", """
            [ca]
            default_ca = here
            [here]
            database = %1$s/index.txt
            serial = %1$s/serial
            crlnumber = %1$s/crlnumber
            new_certs_dir = %1$s
            default_md = sha256
            default_days = 2
            policy = any
            unique_subject = no
            copy_extensions = none
            [any]
            organizationalUnitName = optional
            organizationName = optional
            commonName = optional
            userId = optional
            """.formatted(place));
            return new ClientAuthority(folder, place, configuration, certificate, key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its own certificate, PEM. */
    public Path certificate() {
        return certificate;
    }

    /** A certificate for clients that is good for two days. */
    public Issued issue(String subject) {
        return issue(subject, FOR_CLIENTS);
    }

    /** A certificate with these extensions, a line each as in {@code openssl}'s files, good for two days. */
    public Issued issue(String subject, String extensions) {
        return issue(
                subject,
                extensions,
                Instant.now().minus(Duration.ofHours(1)),
                Instant.now().plus(Duration.ofDays(2)));
    }

    /** A certificate that is good from {@code begin} to {@code end}. */
    public Issued issue(String subject, String extensions, Instant begin, Instant end) {
        Path request = folder.fresh("client.csr");
        Path privateKey = folder.fresh("client.key");
        Path issued = folder.fresh("client.pem");
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-new"));
        command.addAll(TestCertificates.NEW_KEY);
        command.addAll(List.of("-subj", subject, "-out", request.toString(), "-keyout", privateKey.toString()));
        run(folder, command);
        authority(
                "-in",
                request.toString(),
                "-out",
                issued.toString(),
                "-notext",
                "-preserveDN",
                "-extfile",
                folder.write("client.ext", extensions).toString(),
                "-startdate",
                TIME.format(begin),
                "-enddate",
                TIME.format(end));
        return new Issued(issued, privateKey);
    }

    /** Revokes a certificate of this authority; lists and the responder say so from then on. */
    public void revoke(Issued issued) {
        authority("-revoke", issued.certificate().toString());
    }

    /** Writes a list into {@code file} that is good for an hour. */
    public Path list(Path file) {
        return list(file, Instant.now().plus(Duration.ofHours(1)));
    }

    /** Writes a list that is to be replaced at {@code next}. */
    public Path list(Path file, Instant next) {
        Path draft = folder.fresh("draft.crl");
        authority(
                "-gencrl",
                "-out",
                draft.toString(),
                "-crl_lastupdate",
                TIME.format(next.minus(Duration.ofHours(2))),
                "-crl_nextupdate",
                TIME.format(next));
        try {
            return Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void authority(String... arguments) {
        List<String> command = new ArrayList<>(List.of("openssl", "ca", "-batch", "-config", configuration.toString()));
        command.addAll(List.of("-cert", certificate.toString(), "-keyfile", key.toString()));
        command.addAll(List.of(arguments));
        run(folder, command);
    }

    /** What answers OCSP by HTTP on loopback. */
    public final class Responder implements AutoCloseable {
        private final HttpServer server;
        private final AtomicInteger questions = new AtomicInteger();

        private Responder(HttpServer server) {
            this.server = server;
        }

        /** Its address, for certificates and configurations. */
        public String address() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        }

        /** How often it was asked. */
        public int questions() {
            return questions.get();
        }

        private void answer(HttpExchange exchange) throws IOException {
            questions.incrementAndGet();
            byte[] request = exchange.getRequestMethod().equals("POST")
                    ? exchange.getRequestBody().readAllBytes()
                    : Base64.getDecoder()
                            .decode(exchange.getRequestURI().getPath().substring(1));
            byte[] response = answer(request);
            exchange.getResponseHeaders().set("Content-Type", "application/ocsp-response");
            exchange.sendResponseHeaders(200, response.length);
            exchange.getResponseBody().write(response);
            exchange.close();
        }

        /** By {@code openssl ocsp}, signed by the authority itself: as a server it would listen on all addresses. */
        private synchronized byte[] answer(byte[] request) throws IOException {
            Path question = Files.write(folder.fresh("ocsp.req"), request);
            Path answer = folder.fresh("ocsp.resp");
            List<String> command = new ArrayList<>(List.of("openssl", "ocsp", "-nmin", "5"));
            command.addAll(List.of("-index", place.resolve("index.txt").toString()));
            command.addAll(List.of("-CA", certificate.toString()));
            command.addAll(List.of("-rsigner", certificate.toString(), "-rkey", key.toString()));
            command.addAll(List.of("-reqin", question.toString(), "-respout", answer.toString()));
            run(folder, command);
            return Files.readAllBytes(answer);
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    /** Starts an OCSP responder that knows what this authority has issued and revoked. */
    public Responder responder() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 8);
        Responder responder = new Responder(server);
        server.createContext("/", responder::answer);
        server.start();
        return responder;
    }

    /** The certificate and key of {@code issued} as PKCS #12, with this password. */
    public static Path pkcs12(TestFolder folder, Issued issued, String password) {
        Path store = folder.fresh("client.p12");
        run(
                folder,
                List.of(
                        "openssl",
                        "pkcs12",
                        "-export",
                        "-in",
                        issued.certificate().toString(),
                        "-inkey",
                        issued.key().toString(),
                        "-name",
                        "client",
                        "-passout",
                        "pass:" + password,
                        "-out",
                        store.toString()));
        return store;
    }

    private static void run(TestFolder folder, List<String> command) {
        Command.of(command.toArray(String[]::new)).runOrThrow(folder);
    }
}
