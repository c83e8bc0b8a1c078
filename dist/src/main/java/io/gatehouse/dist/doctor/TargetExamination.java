package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access;
import io.gatehouse.jetty.edge.CertificateChainCheck;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;

/**
 * Goes to a target as the gateway does, and as the client does behind it: rules, name, TCP, the negotiation of RDP, the
 * certificate. Signs nobody in.
 */
public final class TargetExamination implements Examination {
    private static final int PROTOCOLS =
            RdpNegotiation.SSL | RdpNegotiation.HYBRID | RdpNegotiation.RDSTLS | RdpNegotiation.HYBRID_EX;
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Target target;
    private final boolean forOneUser;
    private final Supplier<Access> rules;
    private final Duration connectTimeout;
    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * An examination of {@code target}.
     *
     * @param forOneUser whether {@code rules} tells about one user, or whether there is anybody who may go there
     * @param rules resolves the name and decides
     */
    public TargetExamination(
            Target target, boolean forOneUser, Supplier<Access> rules, Duration connectTimeout, Clock clock) {
        this.target = target;
        this.forOneUser = forOneUser;
        this.rules = rules;
        this.connectTimeout = connectTimeout;
        this.clock = clock;
    }

    @Override
    public String subject() {
        return target.toString();
    }

    @Override
    public Duration patience() {
        return connectTimeout.plus(ANSWER.multipliedBy(4));
    }

    @Override
    public List<Finding> examine() {
        switch (rules.get()) {
            case Access.Deny deny -> findings.add(denied(deny.why()));
            case Access.Unresolved(String why) ->
                findings.add(Finding.fault(
                        "target.unresolved",
                        target + ": the name cannot be resolved: " + why,
                        "correct the name, or the DNS server of this machine (/etc/resolv.conf); names of one label"
                                + " need dns-suffix in [policy]"));
            case Access.Allow allow -> dial(allow.addresses());
        }
        return List.copyOf(findings);
    }

    private Finding denied(String why) {
        return forOneUser
                ? Finding.fault(
                        "target.denied",
                        target + ": the rules deny it: " + why,
                        "add a [[policy.rule]]; gatehouse explain with the same --user and --target shows each rule")
                : Finding.warning(
                        "target.no-rule",
                        target + ": no rule allows anybody to reach it: " + why,
                        "add a [[policy.rule]] with this target and port; with --user, rules with {user} are tried,"
                                + " too");
    }

    private void dial(List<InetAddress> addresses) {
        List<Finding> failures = new ArrayList<>();
        boolean reached = false;
        for (InetAddress address : addresses) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, target.port()), millis(connectTimeout));
                socket.setSoTimeout(millis(ANSWER));
                if (!reached) {
                    reached = true;
                    negotiate(socket);
                }
            } catch (IOException exception) {
                failures.add(unreachable(address, exception));
            }
        }
        boolean other = reached;
        failures.forEach(failure ->
                findings.add(other ? Finding.warning("target.dead-address", failure.cause(), failure.fix()) : failure));
    }

    private Finding unreachable(InetAddress address, IOException exception) {
        String where = target + ": " + AddressLiteral.text(address) + " port " + target.port();
        return switch (exception) {
            case SocketTimeoutException _ ->
                Finding.fault(
                        "target.no-answer",
                        where + " does not answer in " + connectTimeout.toSeconds() + " seconds",
                        "switch the machine on, or open the firewall between the gateway and the target");
            case ConnectException refused
            when String.valueOf(refused.getMessage()).contains("refused") ->
                Finding.fault(
                        "target.port-closed",
                        where + " is closed: nothing listens there",
                        "switch on Remote Desktop at the target (xrdp: systemctl start xrdp), or correct the port");
            default ->
                Finding.fault(
                        "target.unreachable",
                        where + " cannot be reached: " + exception.getMessage(),
                        "look at the routes and the firewall of this machine (ip route get "
                                + AddressLiteral.text(address) + ")");
        };
    }

    private void negotiate(Socket socket) {
        try {
            switch (RdpNegotiation.offer(socket, PROTOCOLS)) {
                case RdpNegotiation.Unaware() -> findings.add(legacy("it knows no other security"));
                case RdpNegotiation.Refused refused ->
                    findings.add(Finding.fault(
                            "target.negotiation",
                            target + ": it refuses TLS and NLA: " + refused.meaning(),
                            "give the target's Remote Desktop service a certificate, and allow TLS there"));
                case RdpNegotiation.Selected(int protocol) -> selected(socket, protocol);
            }
        } catch (SocketTimeoutException exception) {
            findings.add(notRdp("it says nothing for " + ANSWER.toSeconds() + " seconds"));
        } catch (ProtocolException exception) {
            findings.add(notRdp(String.valueOf(exception.getMessage())));
        } catch (IOException exception) {
            findings.add(notRdp(exception.toString()));
        }
    }

    private Finding notRdp(String why) {
        return Finding.fault(
                "target.not-rdp",
                target + ": what listens there does not speak RDP: " + why,
                "correct the port; with a firewall or load balancer in between, look what it does with the connection");
    }

    private Finding legacy(String why) {
        return Finding.warning(
                "target.legacy-security",
                target + ": it speaks RDP's old security (RC4) only: " + why,
                "set the security layer of the target to TLS (xrdp: security_layer=negotiate and a certificate in"
                        + " xrdp.ini)");
    }

    private void selected(Socket socket, int protocol) {
        if (protocol == 0) {
            findings.add(legacy("it was offered TLS and NLA"));
            return;
        }
        if ((protocol & (RdpNegotiation.NLA | RdpNegotiation.RDSTLS)) == 0) {
            findings.add(Finding.warning(
                    "target.no-nla",
                    target + ": it speaks TLS without Network Level Authentication (NLA): whoever may reach it gets"
                            + " its sign-in screen",
                    "switch on NLA at the target, if it has it (Windows: \"Allow connections only from computers"
                            + " running Remote Desktop with Network Level Authentication\"); xrdp has none"));
        }
        try (SSLSocket tls = ShownCertificates.handshake(socket, target.host(), _ -> {})) {
            certificate(ShownCertificates.of(tls.getSession()));
        } catch (IOException exception) {
            findings.add(Finding.warning(
                    "target.tls",
                    target + ": the TLS handshake fails: " + exception.getMessage(),
                    "allow TLS 1.2 at the target; Java knows no older version"));
        }
    }

    private void certificate(List<X509Certificate> chain) {
        X509Certificate leaf = chain.getFirst();
        CertificateChainCheck.invalidity(target.toString(), leaf, clock)
                .ifPresent(invalid -> findings.add(Finding.warning(
                        "target.certificate",
                        invalid.cause() + ", so clients warn their users",
                        "renew the certificate of the target's Remote Desktop service (Windows makes a new one when"
                                + " the old one is deleted and the service is restarted)")));
        if (!CertificateChainCheck.isFor(leaf, target.host())) {
            findings.add(Finding.note(
                    "target.certificate-name",
                    target + ": its certificate is for " + String.join(", ", CertificateChainCheck.names(leaf))
                            + ", so clients warn their users",
                    "connect to it by that name, or give it a certificate for " + target.host()));
        }
    }

    private static int millis(Duration time) {
        return Math.toIntExact(time.toMillis());
    }
}
