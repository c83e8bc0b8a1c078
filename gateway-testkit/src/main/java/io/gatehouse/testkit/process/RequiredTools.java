package io.gatehouse.testkit.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Says whether the programs that a test drives are installed.
 *
 * <p>A test that lacks one is skipped and says so on standard error; where the environment has {@code CI=true} it
 * fails, because there a skipped test would look like a passed one.
 */
public final class RequiredTools {
    /** What the desktop package needs, by name of the program. */
    public static final List<String> DESKTOP = List.of(
            "Xvfb", "Xvnc", "xrdp", "xfreerdp", "openbox", "xterm", "xsetroot", "xdotool", "import", "openssl", "bash");

    /** Programs whose Debian package has another name. */
    private static final Map<String, String> PACKAGES = Map.ofEntries(
            Map.entry("Xvfb", "xvfb"),
            Map.entry("Xvnc", "tigervnc-standalone-server"),
            Map.entry("xfreerdp", "freerdp2-x11"),
            Map.entry("xsetroot", "x11-xserver-utils"),
            Map.entry("import", "imagemagick"),
            Map.entry("remmina", "remmina remmina-plugin-rdp"),
            Map.entry("dbus-run-session", "dbus-daemon"),
            Map.entry("nginx", "nginx-light"),
            Map.entry("samba-tool", "samba samba-ad-provision samba-dsdb-modules samba-vfs-modules"),
            Map.entry("net", "samba-common-bin"),
            Map.entry("rsyslogd", "rsyslog rsyslog-gnutls"),
            Map.entry("promtool", "prometheus"),
            Map.entry("groff", "groff-base"),
            Map.entry("systemd-analyze", "systemd"),
            Map.entry("winbindd", "winbind"),
            Map.entry("ntlm_auth", "winbind"),
            Map.entry("wbinfo", "winbind"),
            Map.entry("kinit", "krb5-user"),
            Map.entry("kvno", "krb5-user"),
            Map.entry("krb5kdc", "krb5-kdc"),
            Map.entry("kdb5_util", "krb5-kdc"),
            Map.entry("kadmin.local", "krb5-kdc krb5-admin-server"),
            Map.entry("ip", "iproute2"),
            Map.entry("tc", "iproute2"),
            Map.entry("nft", "nftables"),
            Map.entry("sysctl", "procps"),
            Map.entry("ldapsearch", "ldap-utils"),
            Map.entry("ldapmodify", "ldap-utils"),
            Map.entry("ldapadd", "ldap-utils"),
            Map.entry("certutil", "libnss3-tools"),
            Map.entry("pk12util", "libnss3-tools"),
            Map.entry("rpmbuild", "rpm"),
            Map.entry("unshare", "util-linux"),
            Map.entry("zbarimg", "zbar-tools"),
            Map.entry("pebble-challtestsrv", "pebble"),
            Map.entry("chromedriver", "chromium-driver"));

    /** Programs that are also taken under another name: Debian 13 has version 3 of the client only. */
    private static final Map<String, String> OTHER_NAMES = Map.of("xfreerdp", "xfreerdp3");

    private RequiredTools() {}

    /** Lets the test go on only if all {@code programs} are installed; see the class for what happens otherwise. */
    public static void assume(String... programs) {
        assume(List.of(programs), System.getenv());
    }

    /** {@link #assume(String...)} for {@link #DESKTOP}. */
    public static void assumeDesktop() {
        assume(DESKTOP, System.getenv());
    }

    /** Lets the test go on only if it runs as root, whose ports its servers use. */
    public static void assumeRoot() {
        if (!"root".equals(System.getProperty("user.name"))) {
            missing("needs root; runs as " + System.getProperty("user.name"), System.getenv());
        }
    }

    /** Lets the test go on only if this file is there, which comes with {@code debianPackage}. */
    public static void assumeFile(Path file, String debianPackage) {
        if (!Files.exists(file)) {
            missing(file + " is missing (Debian: apt-get install " + debianPackage + ")", System.getenv());
        }
    }

    /**
     * Lets the test go on only if this artifact of Maven Central is in the local repository.
     *
     * @param property the system property in which the build says where it would be
     * @param command which fetches it
     */
    public static Path assumeArtifact(String property, String command) {
        return assumeArtifact(Path.of(System.getProperty(property, property)), command, System.getenv());
    }

    static Path assumeArtifact(Path file, String command, Map<String, String> environment) {
        if (!Files.isRegularFile(file)) {
            missing(file + " is missing (run: " + command + ")", environment);
        }
        return file;
    }

    static void assume(List<String> programs, Map<String, String> environment) {
        List<String> missing =
                programs.stream().filter(program -> find(program).isEmpty()).toList();
        if (missing.isEmpty()) {
            return;
        }
        String packages = missing.stream()
                .map(program -> PACKAGES.getOrDefault(program, program))
                .distinct()
                .collect(Collectors.joining(" "));
        missing(
                "not installed: " + String.join(", ", missing) + " (Debian: apt-get install " + packages + ")",
                environment);
    }

    private static void missing(String message, Map<String, String> environment) {
        if ("true".equals(environment.get("CI"))) {
            Assertions.fail(message);
        }
        System.err.println("SKIPPED: " + message);
        Assumptions.abort(message);
    }

    /**
     * The file of a program, looked for along {@code PATH} and where Debian puts servers, then under its other name.
     */
    public static Optional<Path> find(String program) {
        return findByName(program)
                .or(() -> Optional.ofNullable(OTHER_NAMES.get(program)).flatMap(RequiredTools::findByName));
    }

    private static Optional<Path> findByName(String program) {
        if (program.contains("/")) {
            return Optional.of(Path.of(program)).filter(Files::isExecutable);
        }
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/bin", "/usr/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
