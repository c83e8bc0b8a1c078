package io.gatehouse.testkit.desktop;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Says whether the programs that a test drives are installed.
 *
 * <p>A test that lacks one is skipped and says so on standard error; where the environment has {@code CI=true} it fails,
 * because there a skipped test would look like a passed one.
 */
public final class RequiredTools {
    /** What {@link XDisplay}, {@link XrdpDesktop} and {@link FreeRdpClient} need, by name of the program. */
    public static final List<String> DESKTOP = List.of(
            "Xvfb", "Xvnc", "xrdp", "xfreerdp", "openbox", "xterm", "xsetroot", "xdotool", "import", "openssl", "bash");

    private static final String PACKAGES = "xvfb tigervnc-standalone-server xrdp freerdp2-x11 openbox xterm"
            + " x11-xserver-utils xdotool imagemagick openssl";

    private RequiredTools() {}

    /** Lets the test go on only if all {@code programs} are installed; see the class for what happens otherwise. */
    public static void assume(String... programs) {
        assume(List.of(programs), System.getenv());
    }

    /** {@link #assume} for {@link #DESKTOP}. */
    public static void assumeDesktop() {
        assume(DESKTOP, System.getenv());
    }

    static void assume(List<String> programs, Map<String, String> environment) {
        List<String> missing =
                programs.stream().filter(program -> find(program).isEmpty()).toList();
        if (missing.isEmpty()) {
            return;
        }
        String message = "not installed: " + String.join(", ", missing) + " (Debian: apt-get install " + PACKAGES + ")";
        if ("true".equals(environment.get("CI"))) {
            Assertions.fail(message);
        }
        System.err.println("SKIPPED: " + message);
        Assumptions.abort(message);
    }

    /** The file of a program, looked for along {@code PATH} and where Debian puts servers. */
    static Optional<Path> find(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/bin", "/usr/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
