package io.gatehouse.dist.doctor;

import io.gatehouse.core.net.AddressLiteral;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What systemd says of the gateway's unit.
 *
 * @param properties those of {@code systemctl show}, by name; empty without systemd or without the unit
 */
public record ServiceFacts(Map<String, String> properties) {
    private static final String UNIT = "gatehouse.service";
    private static final String SOCKET_UNIT = "gatehouse.socket";
    private static final Pattern LISTEN = Pattern.compile("Listen=\\[?([0-9a-fA-F.:]+?)]?:([0-9]{1,5}) \\(Stream\\)");
    private static final long PATIENCE = 5;
    private static final List<String> ASKED =
            List.of("LoadState", "User", "Group", "LimitNOFILE", "MemoryMax", "TasksMax", "MainPID");

    public ServiceFacts {
        properties = Map.copyOf(properties);
    }

    /** Those of this machine. */
    public static ServiceFacts ofThisMachine() throws InterruptedException {
        Map<String, String> found = new HashMap<>();
        for (String line : shown(UNIT, String.join(",", ASKED))) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                found.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return new ServiceFacts("loaded".equals(found.get("LoadState")) ? found : Map.of());
    }

    /** Where the socket unit of this machine listens, if it is in use; a path is no address. */
    public static List<InetSocketAddress> socketsInUse() throws InterruptedException {
        return sockets(shown(SOCKET_UNIT, "UnitFileState,ActiveState,Listen"));
    }

    /** The same, of these lines of {@code systemctl show}. */
    static List<InetSocketAddress> sockets(List<String> shown) {
        if (!shown.contains("UnitFileState=enabled") && !shown.contains("ActiveState=active")) {
            return List.of();
        }
        List<InetSocketAddress> sockets = new ArrayList<>();
        for (String line : shown) {
            Matcher listen = LISTEN.matcher(line);
            if (listen.matches()) {
                AddressLiteral.parse(listen.group(1))
                        .ifPresent(address ->
                                sockets.add(new InetSocketAddress(address, Integer.parseInt(listen.group(2)))));
            }
        }
        return sockets;
    }

    /** Lines of {@code systemctl show}; none without systemd. */
    private static List<String> shown(String unit, String properties) throws InterruptedException {
        Optional<Path> systemctl = List.of("/usr/bin/systemctl", "/bin/systemctl").stream()
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        return systemctl.isEmpty() || Files.notExists(Path.of("/run/systemd/system"))
                ? List.of()
                : lines(List.of(systemctl.get().toString(), "show", unit, "--property=" + properties));
    }

    /** The output of a program; nothing when it fails or takes long. */
    static List<String> lines(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(false)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return List.of();
            }
            String text = new String(process.getInputStream().readNBytes(1 << 16), StandardCharsets.UTF_8);
            return process.exitValue() == 0 ? new ArrayList<>(text.lines().toList()) : List.of();
        } catch (IOException exception) {
            return List.of();
        }
    }

    /** The user that the gateway runs as. */
    public Optional<String> user() {
        return Optional.ofNullable(properties.get("User")).filter(user -> !user.isEmpty());
    }

    /** A number among the properties; empty for {@code infinity} and what is not there. */
    OptionalLong number(String property) {
        String text = properties.getOrDefault(property, "");
        return text.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}
