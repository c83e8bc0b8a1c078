package io.gatehouse.jetty;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.ConfigurationChanges;
import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.jetty.edge.OwnListeners;
import io.gatehouse.jetty.portal.PortalHandler;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.tunnel.ChannelLimits;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Puts the configuration of a running gateway into force again, as its file is now: all of it or nothing. A file that
 * is wrong, or that changes a key which needs a restart, leaves the configuration before it in force. Nobody is
 * disconnected, but those whom the new rules do not allow what they have open, if the file wants that. Safe for use by
 * many threads; one reload at a time.
 */
public final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final ConfigurationSource file;
    private final PolicyInForce policy;
    private final OwnListeners listeners;
    private final Tunnels tunnels;
    private final Optional<PortalHandler> portal;
    private final AuditLog audit;
    private Configuration inForce;

    /** What a reload came to. Digests are SHA-256 of the files, in hexadecimal. */
    public sealed interface Answer {
        /** The digest of the configuration in force from now on. */
        String inForce();

        /** One line for whoever asked. */
        String text();
    }

    /**
     * The file is in force.
     *
     * @param before the digest of the file before it
     * @param keys the keys that it changed; none when it is the same
     * @param warnings what is legal in it but hardly meant
     */
    public record Applied(String before, String inForce, List<String> keys, List<String> warnings) implements Answer {
        public Applied {
            keys = List.copyOf(keys);
            warnings = List.copyOf(warnings);
        }

        @Override
        public String text() {
            return keys.isEmpty() ? "nothing has changed" : "changed: " + String.join(", ", keys);
        }
    }

    /**
     * The file cannot be used; the configuration before it stays in force.
     *
     * @param problems all that is wrong with it, or the keys that need a restart
     */
    public record Refused(String inForce, List<String> problems) implements Answer {
        public Refused {
            problems = List.copyOf(problems);
        }

        @Override
        public String text() {
            return "the configuration before it stays in force: " + String.join("; ", problems);
        }
    }

    Reload(
            Configuration inForce,
            ConfigurationSource file,
            PolicyInForce policy,
            OwnListeners listeners,
            Tunnels tunnels,
            Optional<PortalHandler> portal,
            AuditLog audit) {
        this.inForce = inForce;
        this.file = file;
        this.policy = policy;
        this.listeners = listeners;
        this.tunnels = tunnels;
        this.portal = portal;
        this.audit = audit;
    }

    /**
     * Reads the file and puts it into force.
     *
     * @param by who asked, for the audit log: {@code SIGHUP}, or the name of an administrator
     */
    public synchronized Answer reload(String by) {
        Configuration before = inForce;
        Answer answer = switch (file.read()) {
            case ConfigurationLoader.Invalid invalid ->
                refused(invalid.problems().stream().map(Object::toString).toList());
            case ConfigurationLoader.Loaded loaded ->
                apply(
                        loaded.configuration(),
                        loaded.warnings().stream().map(Object::toString).toList());
        };
        tell(by, before.digest(), answer);
        return answer;
    }

    private Answer refused(List<String> problems) {
        return new Refused(inForce.digest(), problems);
    }

    private Answer apply(Configuration next, List<String> warnings) {
        Configuration before = inForce;
        ConfigurationChanges changes = ConfigurationChanges.between(before, next);
        List<String> restart = changes.needingRestart();
        if (!restart.isEmpty()) {
            return refused(List.of("these keys need a restart: " + String.join(", ", restart)));
        }
        try {
            Runnable desktops = portal.isPresent() ? portal.get().prepare(next) : () -> {};
            // Nothing fails from here on.
            policy.replace(next.policy(listeners));
            desktops.run();
        } catch (GatewayStartException e) {
            return refused(e.problems());
        }
        GatewayConfig gateway = next.gateway();
        tunnels.replaceLimits(ChannelLimits.of(gateway.limits()));
        inForce = next;
        if (gateway.policy().endOnReload()) {
            tunnels.rulesChanged();
        }
        return new Applied(before.digest(), next.digest(), changes.keys(), warnings);
    }

    private static AuditEvent.Origin origin() {
        return new AuditEvent.Origin(
                UUID.randomUUID().toString(), InetAddress.getLoopbackAddress(), Optional.empty(), "command");
    }

    private void tell(String by, String before, Answer answer) {
        boolean applied = answer instanceof Applied;
        audit.record(
                new AuditEvent.ConfigurationReloaded(origin(), by, before, answer.inForce(), applied, answer.text()));
        LOG.atLevel(applied ? Level.INFO : Level.ERROR)
                .addKeyValue("by", by)
                .addKeyValue("digest", answer.inForce())
                .addKeyValue("reason", answer.text())
                .log(applied ? "configuration reloaded" : "the configuration was not reloaded");
        if (answer instanceof Applied(var _, var _, var _, List<String> warnings)) {
            warnings.forEach(
                    warning -> LOG.atWarn().addKeyValue("reason", warning).log("warning of the configuration"));
        }
    }
}
