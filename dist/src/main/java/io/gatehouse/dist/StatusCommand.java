package io.gatehouse.dist;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code gatehouse status}. */
@Command(name = "status", description = "Shows how the running gateway is. Exit code 1 if none runs.")
final class StatusCommand extends AdminAction {
    private static final List<String> PATHS = List.of(
            "version",
            "ready",
            "draining.since",
            "draining.by",
            "draining.deadline",
            "started",
            "uptime",
            "listeners",
            "sessions",
            "tunnels",
            "halfTunnels",
            "connections",
            "connectionsBeforeLogin",
            "refusalsInLastMinute",
            "blockedUsers",
            "auditEventsLost",
            "certificateEnds",
            "certificateProblem",
            "nextCertificate");

    StatusCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        return api.get("/v1/status", Map.of());
    }

    /** {@code 3d 4h 5m}, without what is nothing in front. */
    private static String uptime(String seconds) {
        if (seconds.isEmpty()) {
            return "";
        }
        Duration up = Duration.ofSeconds(Long.parseLong(seconds));
        String hours = (up.toDays() > 0 ? up.toDays() + "d " : "") + (up.toHours() > 0 ? up.toHoursPart() + "h " : "");
        return hours + (up.toMinutes() > 0 ? up.toMinutesPart() + "m" : up.toSecondsPart() + "s");
    }

    @Override
    void print(Reply reply) {
        for (String path : PATHS) {
            String text = path.equals("uptime") ? uptime(reply.text("uptimeSeconds")) : reply.text(path);
            if (!text.isEmpty()) {
                out().printf("%-23s %s%n", path, text);
            }
        }
    }
}
