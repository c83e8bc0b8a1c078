package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.GatewayRefusedException;
import io.gatehouse.client.ResponseHead;
import io.gatehouse.client.Transport;
import io.gatehouse.client.ntlm.NtlmClient;
import io.gatehouse.core.net.AddressLiteral;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLException;

/**
 * Signs a user in through the public name, once with each transport, and says which gateway answered and which client
 * address it saw. Nothing of the password leaves before the certificate of the server and its name were verified.
 */
public final class SignInExamination implements Examination {
    private static final Duration PATIENCE_FOR_SIGN_IN = Duration.ofSeconds(60);
    private static final String DOCS = " (docs/reverse-proxy.md)";

    private final PublicAddress address;
    private final NtlmClient.Account account;
    private final List<X509Certificate> authorities;
    private final AuditLines audit;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * An examination of {@code address}.
     *
     * @param account signs in
     * @param authorities to be trusted beside those of the system
     * @param audit the file where the gateway writes its audit lines, if it writes them to one
     */
    public SignInExamination(
            PublicAddress address,
            NtlmClient.Account account,
            List<X509Certificate> authorities,
            Optional<Path> audit) {
        this.address = address;
        this.account = account;
        this.authorities = List.copyOf(authorities);
        this.audit = new AuditLines(audit);
    }

    @Override
    public String subject() {
        return "sign-in at " + address;
    }

    @Override
    public Duration patience() {
        return PATIENCE_FOR_SIGN_IN;
    }

    @Override
    public List<Finding> examine() throws InterruptedException {
        try {
            InetAddress from = address.from();
            List<String> offered = offered(from);
            Optional<Credentials> credentials = credentials(offered);
            if (credentials.isEmpty()) {
                return List.of(Finding.warning(
                        "sign-in.no-method",
                        address + ": the gateway offers neither NTLM nor Basic, with which the doctor could sign in"
                                + " (offered: " + String.join(", ", offered) + ")",
                        "sign in with a client; if it should be offered, look at [auth] order"));
            }
            for (Transport transport : Transport.values()) {
                if (!signIn(from, credentials.get(), transport)) {
                    break; // another wrong password would count as another guess
                }
            }
        } catch (SSLException exception) {
            findings.add(Finding.fault(
                    "sign-in.not-verified",
                    address + ": the password was not sent, because the server could not be verified: "
                            + exception.getMessage(),
                    "get a certificate for this name of an authority that this machine trusts; for your own authority:"
                            + " --ca FILE"));
        } catch (IOException exception) {
            findings.add(failed("", exception));
        }
        return List.copyOf(findings);
    }

    private Finding failed(String how, IOException exception) {
        return Finding.fault(
                "sign-in.failed",
                address + ": the sign-in" + how + " could not be tried: " + exception.getMessage(),
                "mend what is reported under \"Reverse proxy\" first; the gateway's log has the request");
    }

    /** The schemes that the gateway offers to a client without credentials. */
    private List<String> offered(InetAddress from) throws IOException {
        try (GatewayClient client = client(Transport.WEBSOCKET, new Credentials.None(), from, UUID.randomUUID())) {
            client.connect();
            return List.of();
        } catch (GatewayRefusedException exception) {
            if (exception.response().status() != 401) {
                throw exception;
            }
            return exception.response().values("WWW-Authenticate").stream()
                    .map(value -> value.split(" ", 2)[0])
                    .toList();
        }
    }

    private GatewayClient client(Transport transport, Credentials credentials, InetAddress from, UUID correlation)
            throws IOException {
        return address.verified(transport, credentials, from, "{" + correlation + "}", authorities);
    }

    /** NTLM first: it does not send the password. */
    private Optional<Credentials> credentials(List<String> offered) {
        for (String scheme : List.of("NTLM", "Negotiate")) {
            if (offered.contains(scheme)) {
                return Optional.of(new Credentials.Ntlm(scheme, account));
            }
        }
        String name = account.domain().isEmpty() ? account.user() : account.domain() + "\\" + account.user();
        return offered.contains("Basic")
                ? Optional.of(new Credentials.Basic(name, account.password()))
                : Optional.empty();
    }

    /** Signs in, opens a tunnel and leaves; false when the user was refused. */
    private boolean signIn(InetAddress from, Credentials credentials, Transport transport)
            throws SSLException, InterruptedException {
        UUID correlation = UUID.randomUUID();
        String how = " by " + (credentials instanceof Credentials.Ntlm ? "NTLM" : "Basic") + " over "
                + transport.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        try (GatewayClient client = client(transport, credentials, from, correlation)) {
            client.connect();
            client.handshake();
            client.createTunnel();
        } catch (GatewayRefusedException exception) {
            ResponseHead head = exception.response();
            if (head.status() == 401) {
                refused(how, correlation);
                return false;
            }
            findings.add(failed(how, exception));
            return true;
        } catch (SSLException exception) {
            throw exception;
        } catch (IOException exception) {
            findings.add(failed(how, exception));
            return true;
        }
        accepted(how, correlation, from);
        return true;
    }

    private void refused(String how, UUID correlation) throws InterruptedException {
        String why = audit.await(correlation, "sign-in.refused")
                .map(line -> ": " + line.getOrDefault("rdgw.auth.failure", "") + ", "
                        + line.getOrDefault("event.reason", ""))
                .orElse("; correlation id " + correlation);
        findings.add(Finding.fault(
                "sign-in.refused",
                address + ": the sign-in of " + account.user() + how + " was refused" + why,
                "look at the line sign-in.refused in the audit log, and at docs/troubleshooting.md"));
    }

    private void accepted(String how, UUID correlation, InetAddress from) throws InterruptedException {
        if (!audit.isThere()) {
            findings.add(Finding.note(
                    "sign-in.unseen",
                    address + ": " + account.user() + " signed in" + how
                            + "; which gateway answered cannot be seen here, because [audit] has no file that can be"
                            + " read",
                    "search the audit logs of your gateways for the correlation id " + correlation
                            + ": source.ip is the client address that the gateway saw"));
            return;
        }
        Optional<String> seen =
                audit.await(correlation, "sign-in.accepted").map(line -> line.getOrDefault("source.ip", ""));
        if (seen.isEmpty()) {
            findings.add(Finding.warning(
                    "sign-in.other-gateway",
                    address + ": " + account.user() + " signed in" + how + ", but " + audit
                            + " has no line of it: another gateway answered, or the running gateway writes elsewhere",
                    "look for the correlation id " + correlation + " in the audit logs of your other gateways"));
        } else if (AddressLiteral.parse(seen.get()).filter(from::equals).isPresent()) {
            findings.add(Finding.note(
                    "sign-in.accepted",
                    address + ": " + account.user() + " signed in" + how + ": this gateway answered, and saw the client"
                            + " address " + seen.get(),
                    ""));
        } else {
            findings.add(Finding.warning(
                    "sign-in.client-address",
                    address + ": " + account.user() + " signed in" + how
                            + ": this gateway answered, but saw the client address " + seen.get() + " (expected "
                            + AddressLiteral.text(from) + "), so rules, limits and the audit log take another machine"
                            + " for the client",
                    "let the proxy send X-Forwarded-For or the PROXY protocol, and name it in trusted-proxies of the"
                            + " [[listener]]; right if the network translates addresses (NAT)" + DOCS));
        }
    }
}
