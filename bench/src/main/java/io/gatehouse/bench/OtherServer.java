package io.gatehouse.bench;

import io.gatehouse.client.Credentials;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A server of MS-TSGU that runs already, as the command line describes it. */
final class OtherServer {
    @Option(
            names = "--compare-url",
            paramLabel = "URL",
            description = "measures another server of MS-TSGU too, which runs already and can reach 127.0.0.1:PORT"
                    + " of --target-port; for example https://localhost:9443/remoteDesktopGateway/")
    private Optional<URI> url = Optional.empty();

    @Option(names = "--compare-user", paramLabel = "NAME", description = "its user (default: ${DEFAULT-VALUE})")
    private String user = "bench";

    @Option(names = "--compare-basic", paramLabel = "FILE", description = "signs in with Basic; the password's file")
    private Optional<Path> basic = Optional.empty();

    @Option(names = "--compare-ntlm", paramLabel = "FILE", description = "signs in with NTLM; the password's file")
    private Optional<Path> ntlm = Optional.empty();

    @Option(names = "--compare-token", paramLabel = "FILE", description = "signs in with a token, which is in the file")
    private Optional<Path> token = Optional.empty();

    @Option(
            names = "--compare-certificate",
            paramLabel = "FILE",
            description = "its certificate, PEM; RSA or P-256 decides which of our figures it stands beside")
    private Optional<Path> certificate = Optional.empty();

    @Option(
            names = "--compare-pid",
            paramLabel = "PID",
            description = "its process on this machine, for CPU and memory")
    private Optional<Long> processId = Optional.empty();

    /** The server, if one is described. */
    Optional<Proxy> server() throws IOException, GeneralSecurityException {
        if (url.isEmpty()) {
            return Optional.empty();
        }
        URI at = url.get();
        boolean encrypted = "https".equals(at.getScheme());
        if (encrypted && certificate.isEmpty()) {
            throw new IOException("--compare-url " + at + " needs --compare-certificate");
        }
        int port = at.getPort() > 0 ? at.getPort() : encrypted ? 443 : 80;
        Way.Security security = Way.Security.PLAIN;
        Map<Way.Security, ClientTls> tls = new EnumMap<>(Way.Security.class);
        if (encrypted) {
            ClientTls trusted = new ClientTls(certificate.get());
            security = trusted.keyIsRsa() ? Way.Security.RSA : Way.Security.P256;
            tls.put(security, trusted);
        }
        return Optional.of(new TsguServer(
                at.getAuthority(),
                processId.map(ServerProcess::found),
                at.getHost(),
                at.getPath().isEmpty() ? "/remoteDesktopGateway/" : at.getPath(),
                Map.of(security, new InetSocketAddress(at.getHost(), port)),
                tls,
                credentials()));
    }

    private Map<Way.Method, Credentials> credentials() throws IOException {
        Map<Way.Method, Optional<Path>> files =
                Map.of(Way.Method.BASIC, basic, Way.Method.NTLM, ntlm, Way.Method.TOKEN, token);
        Map<Way.Method, Credentials> credentials = new EnumMap<>(Way.Method.class);
        for (Map.Entry<Way.Method, Optional<Path>> each : files.entrySet()) {
            if (each.getValue().isPresent()) {
                String secret =
                        Files.readAllLines(each.getValue().get()).getFirst().strip();
                credentials.put(each.getKey(), TsguServer.credentials(each.getKey(), user, secret));
            }
        }
        if (credentials.isEmpty()) {
            throw new IOException("--compare-url needs --compare-basic, --compare-ntlm or --compare-token");
        }
        return credentials;
    }
}
