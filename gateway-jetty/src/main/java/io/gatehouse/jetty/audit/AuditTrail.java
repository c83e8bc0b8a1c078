package io.gatehouse.jetty.audit;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditGuard;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.audit.AuditRecord;
import io.gatehouse.core.audit.SyslogEncoder;
import io.gatehouse.core.config.AuditConfig;
import io.gatehouse.core.config.WebhookConfig;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.GatewayVersion;
import io.gatehouse.jetty.startup.TlsTrust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/**
 * Keeps audit events: in a file or on standard output, and with syslog servers; and tells webhooks of them. Nobody
 * waits for any of them: each has a bounded queue and a thread of its own, and loses and counts what it has no room
 * for. Safe for use by many threads.
 */
public final class AuditTrail implements AuditLog, AuditGuard, AutoCloseable {
    private static final int CAPACITY = 8192;

    private final Clock clock;
    private final AuditConfig.OnFull onFull;
    private final AuditFileWriter file;
    private final List<SyslogForwarder> servers = new ArrayList<>();
    private final List<WebhookSender> webhooks = new ArrayList<>();
    private volatile boolean started;

    private AuditTrail(Clock clock, AuditConfig.OnFull onFull, AuditFileWriter file) {
        this.clock = clock;
        this.onFull = onFull;
        this.file = file;
    }

    /**
     * Opens the trail, and begins to write.
     *
     * @param host the name of the gateway, for syslog servers
     */
    public static AuditTrail open(
            AuditConfig config, List<WebhookConfig> webhooks, String host, Clock clock, MonotonicClock time)
            throws GatewayStartException {
        return open(config, webhooks, host, clock, time, CAPACITY);
    }

    static AuditTrail open(
            AuditConfig config,
            List<WebhookConfig> webhooks,
            String host,
            Clock clock,
            MonotonicClock time,
            int capacity)
            throws GatewayStartException {
        List<SSLSocketFactory> tls = tls(config);
        List<Webhook> opened = opened(webhooks);
        List<AuditRecord> ends = ends(config, clock);
        AuditFileWriter file = writer(config, ends, clock, capacity);
        AuditTrail trail = new AuditTrail(clock, config.onFull(), file);
        for (int i = 0; i < tls.size(); i++) {
            AuditConfig.Syslog server = config.syslog().get(i);
            SyslogEncoder encoder =
                    new SyslogEncoder(host, ProcessHandle.current().pid(), GatewayVersion.text(), server.content());
            SyslogForwarder forwarder = new SyslogForwarder(server.address(), tls.get(i), encoder, capacity);
            ends.forEach(end -> forwarder.offer(end, false));
            trail.servers.add(forwarder);
        }
        for (Webhook webhook : opened) {
            WebhookSender sender = WebhookSender.start(webhook, clock, time);
            ends.forEach(end -> sender.offer(end, false));
            trail.webhooks.add(sender);
        }
        return trail;
    }

    /** One that writes to standard output, and to no server: for a gateway that is put together and not started. */
    public static AuditTrail rehearsal(AuditConfig config, List<WebhookConfig> webhooks, Clock clock)
            throws GatewayStartException {
        tls(config);
        opened(webhooks);
        return new AuditTrail(
                clock,
                config.onFull(),
                new AuditFileWriter(AuditFile.standardOutput(clock), Optional.empty(), List.of(), clock, CAPACITY));
    }

    private static List<SSLSocketFactory> tls(AuditConfig config) throws GatewayStartException {
        List<SSLSocketFactory> contexts = new ArrayList<>();
        for (AuditConfig.Syslog server : config.syslog()) {
            contexts.add(TlsTrust.of("[[audit.syslog]]", server.ca()).getSocketFactory());
        }
        return contexts;
    }

    private static List<Webhook> opened(List<WebhookConfig> webhooks) throws GatewayStartException {
        List<Webhook> all = new ArrayList<>();
        for (WebhookConfig webhook : webhooks) {
            all.add(Webhook.open(webhook));
        }
        return all;
    }

    private static AuditFileWriter writer(AuditConfig config, List<AuditRecord> ends, Clock clock, int capacity)
            throws GatewayStartException {
        if (config.file().isEmpty()) {
            return new AuditFileWriter(AuditFile.standardOutput(clock), Optional.empty(), ends, clock, capacity);
        }
        Path path = config.file().get();
        try {
            AuditFile opened = AuditFile.at(
                    path, new AuditRotation(config.rotateSize(), config.rotateEvery(), config.keep()), clock);
            Optional<OpenSessions> sessions = Files.isRegularFile(path)
                    ? Optional.of(new OpenSessions(OpenSessions.beside(path)))
                    : Optional.empty(); // beside a pipe or device is no place for a file
            return new AuditFileWriter(opened, sessions, ends, clock, capacity);
        } catch (IOException e) {
            throw new GatewayStartException("audit file " + path + " cannot be written: " + e, e);
        }
    }

    /** What a gateway that crashed could not write any more. */
    private static List<AuditRecord> ends(AuditConfig config, Clock clock) throws GatewayStartException {
        if (config.file().isEmpty()) {
            return List.of();
        }
        Path open = OpenSessions.beside(config.file().get());
        try {
            return OpenSessions.ends(open, clock.instant());
        } catch (IOException e) {
            throw new GatewayStartException("the sessions in " + open + " cannot be read: " + e, e);
        }
    }

    @Override
    public void record(AuditEvent event) {
        keep(AuditRecord.of(event, clock.instant()), event.isOfStranger());
        EventLog.log(event);
    }

    /** The gateway serves from now on. */
    public void started() {
        started = true;
        keep(
                AuditRecord.ofTheLog(
                        clock.instant(), "audit.started", "gateway " + GatewayVersion.text(), new LinkedHashMap<>()),
                false);
    }

    /** The gateway, if it has started, ends, and knows it. */
    public void stopped() {
        if (!started) {
            return;
        }
        keep(AuditRecord.ofTheLog(clock.instant(), "audit.stopped", "the gateway stops", new LinkedHashMap<>()), false);
    }

    /**
     * The gateway was told to end, and waits for its users.
     *
     * @param sessions how many are open
     */
    public void drainStarted(long sessions, String why) {
        keepDrain("drain.started", sessions, why);
    }

    /**
     * The gateway waits no longer.
     *
     * @param cut how many sessions are ended now that are still open
     */
    public void drainEnded(long cut, String why) {
        keepDrain("drain.ended", cut, why);
    }

    private void keepDrain(String action, long sessions, String why) {
        keep(
                AuditRecord.ofTheLog(clock.instant(), action, why, new LinkedHashMap<>(Map.of("rdgw.count", sessions))),
                false);
    }

    private void keep(AuditRecord audited, boolean ofStranger) {
        file.offer(audited, ofStranger);
        servers.forEach(server -> server.offer(audited, ofStranger));
        webhooks.forEach(webhook -> webhook.offer(audited, ofStranger));
    }

    @Override
    public Optional<String> refusal() {
        return onFull == AuditConfig.OnFull.DENY && file.losses().now() > 0
                ? Optional.of("audit lines cannot be written (on-full = \"deny\")")
                : Optional.empty();
    }

    /** Events that the file, or standard output, did not take, ever. */
    public long lost() {
        return file.losses().ever();
    }

    /** Events that syslog servers did not take, ever. */
    public long lostBySyslog() {
        return servers.stream().mapToLong(server -> server.losses().ever()).sum();
    }

    /** Events that no syslog server has been sent yet, once for each server. */
    public long waitingForSyslog() {
        return servers.stream().mapToLong(SyslogForwarder::waiting).sum();
    }

    /** What became of the messages to all webhooks. */
    public WebhookCounts webhookCounts() {
        return webhooks.stream().map(WebhookSender::counts).reduce(WebhookCounts.NONE, WebhookCounts::plus);
    }

    /** Lines that are not written yet. */
    public int waiting() {
        return file.waiting();
    }

    /** Writes and sends what waits, if disk and servers let it, and closes the file. */
    @Override
    public void close() {
        file.close();
        servers.forEach(SyslogForwarder::close);
        webhooks.forEach(WebhookSender::close);
    }
}
