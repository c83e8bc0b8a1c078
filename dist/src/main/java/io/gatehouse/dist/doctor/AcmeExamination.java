package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Asks an ACME server for its directory (RFC 8555 section 7.1.1), and looks whether the names of the certificate have
 * addresses where a server on the internet can look for the gateway. Nothing is ordered.
 */
public final class AcmeExamination implements Examination {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LARGEST = 1 << 16;

    private final URI directory;
    private final Trust trust;
    private final List<String> names;
    private final Resolver resolver;

    /** Which servers are believed; read when the server is asked. */
    @FunctionalInterface
    public interface Trust {
        SSLContext context() throws GatewayStartException;
    }

    /**
     * An examination of the server at {@code directory}.
     *
     * @param names of the certificate
     */
    public AcmeExamination(URI directory, Trust trust, List<String> names, Resolver resolver) {
        this.directory = directory;
        this.trust = trust;
        this.names = List.copyOf(names);
        this.resolver = resolver;
    }

    @Override
    public String subject() {
        return String.valueOf(directory.getHost());
    }

    @Override
    public Duration patience() {
        return PATIENCE.multipliedBy(2);
    }

    @Override
    public List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        problem()
                .ifPresent(why -> findings.add(Finding.fault(
                        "acme.unreachable",
                        directory + ": the ACME server does not answer with a directory: " + why,
                        "correct the URL, let this machine reach it by HTTPS, or name the authority of its certificate"
                                + " (ca of [acme])")));
        names.forEach(name -> privateAddress(name).ifPresent(findings::add));
        return findings;
    }

    private Optional<String> problem() {
        try (HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(PATIENCE)
                .proxy(ProxySelector.getDefault())
                .sslContext(trust.context())
                .build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(directory).timeout(PATIENCE).build();
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                String text = new String(body.readNBytes(LARGEST), StandardCharsets.UTF_8);
                return response.statusCode() == 200 && text.contains("\"newOrder\"")
                        ? Optional.empty()
                        : Optional.of(
                                "HTTP " + response.statusCode() + " (expected 200 and a JSON object with newOrder)");
            }
        } catch (GatewayStartException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Optional.of(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    private Optional<Finding> privateAddress(String name) {
        List<InetAddress> addresses;
        try {
            addresses = resolver.resolve(name);
        } catch (UnknownHostException e) {
            return Optional.empty(); // said where names are examined
        }
        return addresses.stream().anyMatch(AcmeExamination::isPublic)
                ? Optional.empty()
                : Optional.of(Finding.note(
                        "acme.private-address",
                        name + ": this machine has "
                                + String.join(
                                        ", ",
                                        addresses.stream()
                                                .map(AddressLiteral::text)
                                                .toList())
                                + " for it, where an ACME server on the internet does not find the gateway",
                        "right if the ACME server is in your network, or if the public DNS has another address for the"
                                + " name"));
    }

    private static boolean isPublic(InetAddress address) {
        boolean isUniqueLocal = address.getAddress().length == 16 && (address.getAddress()[0] & 0xfe) == 0xfc;
        return !(address.isSiteLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || isUniqueLocal);
    }

    /** That {@code tls-alpn-01} needs port 443, and the gateway listens at another. */
    public static Finding otherPort(String name, String listen) {
        return Finding.note(
                "acme.other-port",
                "the ACME server looks for the gateway at port 443 of " + name + ", and the gateway listens at "
                        + listen,
                "right if a router or a TCP proxy forwards port 443 to it; otherwise listen at :443, or take http-01");
    }
}
