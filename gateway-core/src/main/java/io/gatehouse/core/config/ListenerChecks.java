package io.gatehouse.core.config;

import io.gatehouse.core.config.GatewayConfig.Listener;
import io.gatehouse.core.config.GatewayConfig.MetricsListener;
import io.gatehouse.core.config.GatewayConfig.Tls;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.core.text.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Checks where the gateway listens, and whom it trusts there. */
final class ListenerChecks {
    /** {@code 10.0.0.0/8} and {@code fc00::/7} are private networks; what is larger holds other people's addresses. */
    private static final int SMALLEST_PREFIX_OF_PROXIES = 7;
    /** {@code sun_path} of unix(7) with its terminating NUL. */
    private static final int LONGEST_SOCKET = 107;

    private static final Pattern EMAIL = Pattern.compile("[^\\s@,?&<>]{1,64}@[^\\s@,?&<>]{1,189}");

    private final Problems problems;
    private final Map<ListenAddress, String> addresses = new HashMap<>();

    ListenerChecks(Problems problems) {
        this.problems = problems;
    }

    void check(Listener listener, String path) {
        String proxies = path + ".trusted-proxies";
        String senders = path + ".proxy-protocol-from";
        proxies(listener.trustedProxies(), proxies);
        proxies(listener.proxyProtocolFrom(), senders);
        unique(listener.address(), path);
        boolean trustsNobody = listener.trustedProxies().isEmpty()
                && listener.proxyProtocolFrom().isEmpty()
                && !problems.isFaulty(proxies)
                && !problems.isFaulty(senders);
        if (listener.proxyProtocol() && trustsNobody) {
            problems.at(
                    path + ".proxy-protocol",
                    "true without proxy-protocol-from and trusted-proxies (expected the addresses of the proxies that"
                            + " write PROXY headers: from all other addresses, anybody could pretend to be any client)");
        }
        if (listener.clientCertificate() != ClientCertificate.NONE
                && listener.tls().isEmpty()
                && !problems.isFaulty(path + ".tls")) {
            problems.at(
                    path + ".client-certificate",
                    "without tls no client can show a certificate (expected a table [listener.tls], or"
                            + " [auth.certificate.header] for certificates that a reverse proxy hands on)");
        }
        if (listener.tls().isEmpty() && trustsNobody && !listener.address().isLoopback()) {
            problems.at(
                    path + ".tls",
                    "missing: without it everything but a loopback address needs trusted-proxies, or passwords"
                            + " cross the network in clear");
        }
    }

    void check(Tls tls, String path) {
        if (tls.acme()) {
            if (tls.certificate().isPresent()
                    || tls.key().isPresent()
                    || tls.password().isPresent()
                    || tls.selfSigned()) {
                problems.at(
                        path + ".acme",
                        "true beside certificate, key, password or self-signed (expected either [acme] or files)");
            }
            return;
        }
        if (tls.certificate().isEmpty()) {
            missing(path + ".certificate", "expected a file, or acme = true with a table [acme]");
        }
        if (tls.key().isEmpty() && tls.password().isEmpty() && !problems.isFaulty(path + ".password")) {
            missing(path + ".key", "expected a PEM file, or password for a PKCS #12 file");
        }
        if (tls.key().isPresent() && tls.password().isPresent()) {
            problems.at(
                    path + ".password",
                    "with key (expected one of them: PKCS #12 files have the key in them, and keys in PEM files must not"
                            + " be encrypted)");
        }
        if (tls.selfSigned() && tls.password().isPresent()) {
            problems.at(path + ".self-signed", "true, but only PEM files are made (expected key instead of password)");
        }
    }

    private void missing(String path, String expected) {
        if (!problems.isFaulty(path)) {
            problems.at(path, "missing (" + expected + ")");
        }
    }

    void check(AcmeConfig acme, String path) {
        if (!acme.agreeToTerms() && !problems.isFaulty(path + ".agree-to-terms")) {
            problems.at(
                    path + ".agree-to-terms",
                    "false (expected true: ACME servers make accounts only for those who agree to their terms of"
                            + " service)");
        }
        for (int i = 0; i < acme.names().size(); i++) {
            name(acme.names().get(i), path + ".names[" + i + "]");
        }
        if (acme.eabKid().isPresent() != acme.eabHmacKey().isPresent()
                && !problems.isFaulty(path + ".eab-kid")
                && !problems.isFaulty(path + ".eab-hmac-key")) {
            problems.at(
                    path + (acme.eabKid().isPresent() ? ".eab-hmac-key" : ".eab-kid"),
                    "missing (expected eab-kid and eab-hmac-key, or neither)");
        }
        if (acme.email().filter(email -> !EMAIL.matcher(email).matches()).isPresent()) {
            problems.at(
                    path + ".email",
                    Excerpt.of(acme.email().get()) + " (expected one address, such as \"admin@example.com\")");
        }
        if (acme.challenge() == AcmeChallenge.HTTP_01) {
            uniqueAt(acme.httpAddress(), path, "http-address");
        }
    }

    /** A name that a public authority can check, as far as its form tells. */
    private void name(HostName name, String place) {
        if (AddressLiteral.parse(name.host()).isPresent() || !name.host().contains(".")) {
            problems.at(place, Excerpt.of(name.text()) + " (expected a full DNS name, such as \"gw.example.com\")");
        }
    }

    /** What concerns the listeners and {@code [acme]} together. */
    void checkAcme(GatewayConfig gateway) {
        boolean isUsed = false;
        for (int i = 0; i < gateway.listener().size(); i++) {
            if (gateway.listener().get(i).tls().map(Tls::acme).orElse(false)) {
                isUsed = true;
                if (gateway.acme().isEmpty() && !problems.isFaulty("acme")) {
                    problems.at("listener[" + i + "].tls.acme", "true, but there is no table [acme]");
                }
            }
        }
        if (gateway.acme().isEmpty()) {
            return;
        }
        if (!isUsed) {
            problems.warn("acme", "no listener has tls = { acme = true }, so no certificate is asked for");
        }
        if (gateway.acme().get().names().isEmpty() && !problems.isFaulty("acme.names")) {
            if (gateway.server().name().isEmpty()) {
                problems.at("acme.names", "missing (expected the names of the certificate, or name in [server])");
            } else {
                name(gateway.server().name().get(), "server.name");
            }
        }
    }

    private void proxies(List<Cidr> blocks, String path) {
        for (int i = 0; i < blocks.size(); i++) {
            proxy(blocks.get(i), path + "[" + i + "]");
        }
    }

    /** A trusted proxy says who a client is, and with plain headers who has signed in. */
    private void proxy(Cidr block, String place) {
        if (block.prefix() < SMALLEST_PREFIX_OF_PROXIES) {
            problems.warn(
                    place,
                    Excerpt.of(block.toString()) + ": any machine in it can pretend to be any client"
                            + " (expected the addresses of your reverse proxies)");
        }
    }

    void check(MetricsListener metrics, String path) {
        unique(metrics.address(), path);
        if (!metrics.address().isLoopback() && !metrics.allowRemote()) {
            problems.at(
                    path + ".address",
                    Excerpt.of(metrics.address().toString())
                            + " (expected a loopback address, or allow-remote = true: the page needs no sign-in)");
        }
    }

    void check(AdminConfig admin, String path) {
        if (admin.socket().isEmpty() && admin.address().isEmpty()) {
            problems.at(path, "neither socket nor address (expected at least one of them)");
        }
        admin.socket()
                .filter(socket ->
                        socket.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET)
                .ifPresent(socket -> problems.at(
                        path + ".socket",
                        "a path of more than " + LONGEST_SOCKET + " bytes, which no Unix domain socket can have"));
        admin.address().ifPresent(address -> {
            unique(address, path);
            if (!address.isLoopback() && admin.tls().isEmpty() && !problems.isFaulty(path + ".tls")) {
                problems.at(
                        path + ".address",
                        Excerpt.of(address.toString())
                                + " (expected a loopback address, or a table tls: tokens must not cross the network in"
                                + " clear)");
            }
            if (admin.tokens().isEmpty() && !problems.isFaulty(path + ".tokens")) {
                problems.at(path + ".tokens", "missing: without tokens nobody can use the address");
            }
        });
        if (admin.address().isEmpty() && admin.tls().isPresent()) {
            problems.warn(path + ".tls", "without an address it is not used: the socket needs no TLS");
        }
    }

    /** An address that no other table has. */
    private void unique(ListenAddress address, String path) {
        uniqueAt(address, path, "address");
    }

    private void uniqueAt(ListenAddress address, String path, String key) {
        String other = addresses.putIfAbsent(address, path);
        if (other != null && address.port() != 0) {
            problems.at(path + "." + key, Excerpt.of(address.toString()) + " is the address of " + other + " too");
        }
    }
}
