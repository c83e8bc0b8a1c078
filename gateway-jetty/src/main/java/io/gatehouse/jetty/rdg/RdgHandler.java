package io.gatehouse.jetty.rdg;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.login.Answer;
import io.gatehouse.core.login.Mechanisms;
import io.gatehouse.core.login.Refusal;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import io.gatehouse.core.tunnel.SignIn;
import io.gatehouse.core.tunnel.TunnelSettings;
import io.gatehouse.jetty.diagnosis.ConnectionLog;
import io.gatehouse.jetty.edge.ClientCertificates;
import io.gatehouse.jetty.edge.Drain;
import io.gatehouse.jetty.edge.IncomingRequest;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's path (MS-TSGU 2.2.3): signs the client in as far as HTTP does that, and hands the connection to a
 * transport.
 *
 * <p>No identity outlives the request that proved it, but for the one grant that lets the stream of an IN channel in.
 */
public final class RdgHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(RdgHandler.class);

    private static final int RETRY_SECONDS = 60;

    private final SignInDesk desk;
    private final Handover handover;
    private final Mechanisms mechanisms;
    private final TunnelSettings settings;
    private final AuditLog audit;
    private final Executor executor;
    private final Drain drain;
    private final Set<String> tokenHosts;
    private final ConnectionLog stages;
    private final ClientCertificates certificates;

    @Inject
    RdgHandler(
            SignInDesk desk,
            Handover handover,
            Mechanisms mechanisms,
            TunnelSettings settings,
            AuditLog audit,
            Executor executor,
            Drain drain,
            ConnectionLog stages,
            ClientCertificates certificates,
            GatewayConfig config) {
        this.desk = desk;
        this.handover = handover;
        this.mechanisms = mechanisms;
        this.settings = settings;
        this.audit = audit;
        this.executor = executor;
        this.drain = drain;
        this.stages = stages;
        this.certificates = certificates;
        this.tokenHosts = config.auth().paa().stream()
                .flatMap(paa -> paa.hosts().stream())
                .map(host -> host.text().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!RdgRequest.matches(request)) {
            return false;
        }
        IncomingRequest incoming = IncomingRequest.of(request);
        if (!incoming.refusesUnencrypted()) {
            Visit visit = new Visit(incoming, RdgRequest.of(request));
            answered(visit, () -> route(visit));
        }
        return true;
    }

    private void route(Visit visit) {
        switch (visit.rdg().kind()) {
            case WEB_SOCKET, OUT -> {
                if (drain.state().isPresent()) {
                    visit.response().getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_SECONDS);
                    visit.incoming().refuseAndClose(503, "the gateway is drained and takes no new tunnels");
                } else {
                    signIn(visit);
                }
            }
            case IN_SIGN_IN -> signIn(visit);
            case IN_STREAM -> handover.inStream(visit);
            case FOREIGN_PAGE -> notAllowed(visit, "a WebSocket from a page of another site (Origin)");
            case OTHER ->
                notAllowed(
                        visit,
                        "method %s without an upgrade to WebSocket"
                                .formatted(visit.request().getMethod()));
        }
    }

    private static void notAllowed(Visit visit, String why) {
        visit.response().getHeaders().put(HttpHeader.ALLOW, "RDG_OUT_DATA, RDG_IN_DATA");
        visit.incoming().refuse(405, why + " (expected RDG_OUT_DATA, RDG_IN_DATA or an upgrade)");
    }

    /**
     * MS-TSGU 3.3.5.1: a client that announces extended authentication is let in to the tunnel, where it proves itself.
     */
    private void signIn(Visit visit) {
        Optional<ExtendedAuthScheme> scheme = announced(visit);
        if (scheme.isPresent() && settings.schemes().contains(scheme.get())) {
            handover.proceed(visit, new SignIn.InTunnel(scheme.get()), Optional.empty());
            return;
        }
        if (visit.rdg().authorization().isEmpty()) {
            visit.unauthorized(mechanisms.challenges(visit.peer()));
            return;
        }
        executor.execute(() -> answered(visit, () -> askDesk(visit)));
    }

    private Optional<ExtendedAuthScheme> announced(Visit visit) {
        return switch (visit.rdg().hint()) {
            case PAA -> Optional.of(ExtendedAuthScheme.PAA);
            case SSPI_NTLM -> Optional.of(ExtendedAuthScheme.SSPI_NTLM);
            case NONE -> isForToken(visit) ? Optional.of(ExtendedAuthScheme.PAA) : Optional.empty();
            case SMARTCARD, OTHER -> Optional.empty();
        };
    }

    /**
     * Whether a client that says nothing will bring a token: mstsc does not always announce it, and cannot be told from
     * one that waits for a challenge (MS-TSGU 3.3.5.1). So token clients get a name of the gateway for themselves.
     */
    private boolean isForToken(Visit visit) {
        return visit.rdg().authorization().isEmpty()
                && tokenHosts.contains(Request.getServerName(visit.request()).toLowerCase(Locale.ROOT));
    }

    /** Whatever {@code work} throws, the client gets an answer, and one without a body. */
    private static void answered(Visit visit, Runnable work) {
        try {
            work.run();
        } catch (Throwable failure) {
            LOG.atError()
                    .addKeyValue("correlation", visit.rdg().correlationId())
                    .setCause(failure)
                    .log("a request failed");
            if (visit.response().isCommitted()) {
                visit.callback().failed(failure);
            } else {
                visit.response().reset();
                visit.request().removeAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE);
                visit.answer(500);
            }
        }
    }

    private void askDesk(Visit visit) {
        switch (desk.ask(visit)) {
            case Answer.Unauthorized(var challenges, var pending, var refusal) -> {
                refusal.ifPresentOrElse(
                        why -> auditRefusal(visit, why), () -> tellStage(visit, "sign-in", "the client has to go on"));
                visit.unauthorized(challenges);
            }
            case Answer.Authorized(Identity proved, Optional<String> farewell) -> {
                Identity identity =
                        certificates.confirmed(proved, visit.incoming().web(Map.of()), visit.origin("http"));
                tellStage(visit, "sign-in", "accepted: " + identity.displayName() + " by " + identity.method());
                handover.proceed(visit, new SignIn.ByHttp(identity), farewell);
            }
        }
    }

    private void tellStage(Visit visit, String stage, String detail) {
        stages.stage(visit.rdg().correlationId(), visit.peer().address(), stage, detail);
    }

    private void auditRefusal(Visit visit, Refusal refusal) {
        Outcome.Rejected rejected = refusal.rejected();
        tellStage(visit, "sign-in", "refused: " + rejected.reason().label() + ": " + rejected.detail());
        audit.record(new AuditEvent.SignInRefused(
                visit.origin("http"), refusal.account(), refusal.method(), rejected.reason(), rejected.detail()));
    }
}
