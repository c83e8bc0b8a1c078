package io.gatehouse.jetty;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.ConfigurationChanges;
import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.core.config.ReloadAnswer;
import io.gatehouse.core.config.ReloadAnswer.Applied;
import io.gatehouse.core.config.ReloadAnswer.Refused;
import io.gatehouse.core.grant.GrantableDesktop;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.core.wake.Wakeable;
import io.gatehouse.jetty.admin.ConfigurationControl;
import io.gatehouse.jetty.edge.CertificateReload;
import io.gatehouse.jetty.edge.OwnListeners;
import io.gatehouse.jetty.grant.GrantDesk;
import io.gatehouse.jetty.portal.PortalHandler;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.tunnel.ChannelLimits;
import io.gatehouse.jetty.tunnel.Tunnels;
import io.gatehouse.jetty.wake.Waker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Puts the configuration of a running gateway into force again, as its file is now: all of it or nothing. A file that
 * is wrong, or that changes a key which needs a restart, leaves the configuration before it in force. Certificates
 * whose files have changed are put into force, too; one that cannot be used does not hold the rules back. Nobody is
 * disconnected, but those whom the new rules do not allow what they have open, if the file wants that. Safe for use by
 * many threads; one reload at a time.
 */
public final class Reload implements ConfigurationControl {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    /** How long one waits for another: a file system that does not answer must not hold whoever asks. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int MOST_WARNINGS = 50;
    private static final String CERTIFICATE_STAYS = "; the TLS certificate before it stays in force";

    private final ConfigurationSource file;
    private final PolicyInForce policy;
    private final OwnListeners listeners;
    private final CertificateReload certificates;
    private final Tunnels tunnels;
    private final Waker waker;
    private final Optional<GrantDesk> grants;
    private final Optional<PortalHandler> portal;
    private final Consumer<AccessPolicy> questions;
    private final AuditLog audit;
    private final Duration patience;
    private final ReentrantLock turn = new ReentrantLock(true);
    private volatile Configuration inForce;
    private volatile boolean stopped;

    /**
     * Reloads.
     *
     * @param questions looks at the open questions for approvals, which were asked by other rules
     */
    Reload(
            Configuration inForce,
            ConfigurationSource file,
            PolicyInForce policy,
            OwnListeners listeners,
            CertificateReload certificates,
            Tunnels tunnels,
            Waker waker,
            Optional<GrantDesk> grants,
            Optional<PortalHandler> portal,
            Consumer<AccessPolicy> questions,
            AuditLog audit,
            Duration patience) {
        this.inForce = inForce;
        this.file = file;
        this.policy = policy;
        this.listeners = listeners;
        this.certificates = certificates;
        this.tunnels = tunnels;
        this.waker = waker;
        this.grants = grants;
        this.portal = portal;
        this.questions = questions;
        this.audit = audit;
        this.patience = patience;
    }

    @Override
    public ReloadAnswer reload(String by) {
        if (!isMyTurn()) {
            ReloadAnswer busy = refused("another reload has not ended yet");
            tell(by, busy);
            return busy;
        }
        try {
            file.reloadBegins();
            ReloadAnswer answer = attempt();
            try {
                tell(by, answer);
            } finally {
                if (answer instanceof Applied) {
                    rulesChanged();
                }
            }
            return answer;
        } finally {
            file.reloadEnded();
            turn.unlock();
        }
    }

    private void rulesChanged() {
        questions.accept(policy.get());
        if (inForce.gateway().policy().endOnReload()) {
            tunnels.rulesChanged();
        }
    }

    /** Lets no reload begin any more, and waits a moment for one that is being done. */
    void stop() {
        stopped = true;
        if (isMyTurn()) {
            turn.unlock();
        }
    }

    private boolean isMyTurn() {
        try {
            return turn.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whatever is thrown on the way, there is an answer, and the configuration is the one before or the one after. */
    private ReloadAnswer attempt() {
        if (stopped) {
            return refused("the gateway stops");
        }
        try {
            return switch (file.read()) {
                case ConfigurationLoader.Invalid invalid ->
                    new Refused(
                            inForce.digest(),
                            invalid.problems().stream().map(Object::toString).toList(),
                            List.of());
                case ConfigurationLoader.Loaded loaded ->
                    apply(
                            loaded.configuration(),
                            loaded.warnings().stream().map(Object::toString).toList());
            };
        } catch (GatewayStartException e) {
            return new Refused(inForce.digest(), e.problems(), List.of());
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("a reload of the configuration failed");
            return refused("the reload failed: " + e);
        }
    }

    private Refused refused(String problem) {
        return new Refused(inForce.digest(), List.of(problem), List.of());
    }

    private ReloadAnswer apply(Configuration next, List<String> warnings) throws GatewayStartException {
        Configuration before = inForce;
        ConfigurationChanges changes = ConfigurationChanges.between(before, next);
        List<String> restart = changes.needingRestart();
        if (!restart.isEmpty()) {
            return new Refused(before.digest(), List.of(), restart);
        }
        AccessPolicy rules = next.policy(listeners);
        Runnable desktops = portal.isPresent() ? portal.get().prepare(next) : () -> {};
        ChannelLimits limits = ChannelLimits.of(next.gateway().limits());
        List<Wakeable> wakeables = next.wakeables();
        List<GrantableDesktop> grantable = next.grantableDesktops();
        CertificateReload.Renewals renewals = certificates.prepare();
        List<String> allWarnings = new ArrayList<>(warnings);
        renewals.problems().forEach(problem -> allWarnings.add(problem + CERTIFICATE_STAYS));
        Applied applied = new Applied(before.digest(), next.digest(), changes.keys(), allWarnings);
        // All that can fail was made. From here on references are replaced, and nothing else.
        policy.replace(rules);
        desktops.run();
        waker.replace(wakeables);
        grants.ifPresent(desk -> desk.replace(grantable));
        tunnels.replaceLimits(limits);
        renewals.putIntoForce().run();
        file.apply(next.gateway().log());
        inForce = next;
        return applied;
    }

    private void tell(String by, ReloadAnswer answer) {
        boolean applied = answer instanceof Applied;
        audit.record(new AuditEvent.ConfigurationReloaded(
                AuditEvent.Origin.ofCommand(), by, answer.before(), answer.inForce(), applied, answer.text()));
        LOG.atLevel(applied ? Level.INFO : Level.ERROR)
                .addKeyValue("by", by)
                .addKeyValue("digest", answer.inForce())
                .addKeyValue("reason", answer.text())
                .log(applied ? "configuration reloaded" : "the configuration was not reloaded");
        if (answer instanceof Applied(var _, var _, var _, List<String> warnings)) {
            warnings.stream()
                    .limit(MOST_WARNINGS)
                    .forEach(warning ->
                            LOG.atWarn().addKeyValue("reason", warning).log("warning of the configuration"));
        }
    }
}
