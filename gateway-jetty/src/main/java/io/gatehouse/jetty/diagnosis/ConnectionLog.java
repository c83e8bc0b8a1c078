package io.gatehouse.jetty.diagnosis;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.formats.text.PrintableText;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log, at level DEBUG, through which stages connections go: all of them while the logger {@code
 * io.gatehouse.stages} has DEBUG, or else those of the {@link DebugWatches}, on the logger {@code
 * io.gatehouse.watched}, which has it always.
 *
 * <p>Whose a connection is shows only when it signs in. While a user is watched, the stages before that are kept for
 * each connection, and told if it turns out to be the user's. What is kept is bounded: the oldest goes first. No stage
 * holds a token, a password or what a tunnel carries. Safe for use by many threads.
 */
public final class ConnectionLog {
    private static final Logger ALL = LoggerFactory.getLogger("io.gatehouse.stages");
    private static final Logger WATCHED = LoggerFactory.getLogger("io.gatehouse.watched");
    private static final int MOST_CONNECTIONS = 1000;
    private static final int MOST_STAGES = 40;
    private static final int LONGEST_DETAIL = 300;

    private final DebugWatches watches;
    private final Clock clock;
    /** By correlation id, the longest known first. */
    private final Map<String, Connection> connections = new LinkedHashMap<>();

    private record Stage(String correlation, InetAddress client, String name, String detail, Instant time) {}

    /** What is known of a connection while a user is watched. */
    private static final class Connection {
        private final List<Stage> untold = new ArrayList<>();
        private boolean watched;
    }

    /** Tells of the connections that {@code watches} ask for. */
    public ConnectionLog(DebugWatches watches, Clock clock) {
        this.watches = watches;
        this.clock = clock;
    }

    /** Whether any stage of any connection would be told, or kept; quick. */
    public boolean isOn() {
        return watches.isAny() || ALL.isDebugEnabled();
    }

    /**
     * A connection came to a stage.
     *
     * @param correlation ties the stages of one tunnel together
     * @param name one word or two of the field
     * @param detail nothing secret; made printable here
     */
    public void stage(String correlation, InetAddress client, String name, String detail) {
        if (!isOn()) {
            return;
        }
        Stage stage = new Stage(correlation, client, name, printable(detail), clock.instant());
        if (watches.includesSource(client) || isOfWatchedUser(stage)) {
            tell(WATCHED, stage, false);
        } else {
            tell(ALL, stage, false);
        }
    }

    /** Keeps a stage whose user is not known yet, if one is looked for; true when it is known, and looked for. */
    private synchronized boolean isOfWatchedUser(Stage stage) {
        if (!watches.hasUsers()) {
            connections.clear();
            return false;
        }
        Connection connection = connections.computeIfAbsent(stage.correlation(), _ -> new Connection());
        if (connections.size() > MOST_CONNECTIONS) {
            forgetOne();
        }
        if (!connection.watched && connection.untold.size() < MOST_STAGES) {
            connection.untold.add(stage);
        }
        return connection.watched;
    }

    /** The oldest whose user is not known: strangers do not push those out that are followed. */
    private void forgetOne() {
        Iterator<Connection> oldest = connections.values().iterator();
        boolean followed = true;
        while (followed && oldest.hasNext()) {
            followed = oldest.next().watched;
        }
        if (followed) {
            connections.clear();
        } else {
            oldest.remove();
        }
    }

    /** Learns from {@code event} whose a connection is. */
    public void observe(AuditEvent event) {
        if (!watches.isAny()) {
            return;
        }
        boolean wanted = switch (event) {
            case AuditEvent.SignedIn signedIn -> watches.includesUser(signedIn.identity());
            // The account that a client claims, before anybody proved it: who debugs a wrong password needs that.
            case AuditEvent.SignInRefused refused ->
                refused.account().filter(watches::includesClaim).isPresent();
            case AuditEvent.Refused refused ->
                refused.identity().filter(watches::includesUser).isPresent();
            case AuditEvent.ChannelOpened opened -> watches.includesUser(opened.identity());
            case AuditEvent.ChannelContinued _,
                    AuditEvent.ChannelClosed _,
                    AuditEvent.KdcProxyRefused _,
                    AuditEvent.TokenIssued _,
                    AuditEvent.SignedOut _,
                    AuditEvent.SecondFactor _,
                    AuditEvent.WakeUp _,
                    AuditEvent.AccessGranting _,
                    AuditEvent.DeviceTicketing _,
                    AuditEvent.Approval _,
                    AuditEvent.AdminCall _,
                    AuditEvent.RefusalsRepeated _,
                    AuditEvent.ConfigurationReloaded _ -> false;
        };
        if (wanted) {
            follow(event.origin().correlationId());
        }
    }

    /** Tells of a connection, which is a watched user's, from now on, and what was kept of it. */
    public synchronized void follow(String correlation) {
        Connection connection = connections.computeIfAbsent(correlation, _ -> new Connection());
        connection.watched = true;
        connection.untold.forEach(stage -> tell(WATCHED, stage, true));
        connection.untold.clear();
    }

    /** Stages that were kept say when they were. */
    private static void tell(Logger log, Stage stage, boolean late) {
        var line = log.atDebug()
                .addKeyValue("correlation", stage.correlation())
                .addKeyValue("client", stage.client().getHostAddress())
                .addKeyValue("stage", stage.name());
        if (late) {
            line = line.addKeyValue("at", stage.time());
        }
        line.addKeyValue("detail", stage.detail()).log("connection");
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints()
                .limit(LONGEST_DETAIL)
                .forEach(each -> printable.appendCodePoint(PrintableText.isPrintable(each) ? each : '?'));
        return printable.toString();
    }
}
