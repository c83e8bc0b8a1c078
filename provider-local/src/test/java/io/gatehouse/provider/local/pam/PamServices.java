package io.gatehouse.provider.local.pam;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PAM services of a test's own, in a folder that everybody may read. PAM is the system's; where its modules are not,
 * tests that need them are skipped.
 */
public final class PamServices implements AutoCloseable {
    /** Jars that the program itself needs, of those that tests have. */
    private static final Pattern NEEDED =
            Pattern.compile("/(gateway-api|gateway-formats|slf4j-api|jspecify|shiro-)[^/]*\\.jar$");

    private final TestFolder folder = new TestFolder();
    private final Path directory = folder.freshFolder("pam.d");

    /** An empty folder of services. */
    public PamServices() {
        makeReadable(folder.path());
        makeReadable(directory);
    }

    /** The folder of the services. */
    public Path directory() {
        return directory;
    }

    /** A folder for what else the test needs; everybody may read it. */
    public TestFolder folder() {
        return folder;
    }

    /** Lets everybody read {@code file}, and enter it when it is a folder. */
    public static void makeReadable(Path file) {
        try {
            boolean executable = Files.isDirectory(file) || Files.isExecutable(file);
            Files.setPosixFilePermissions(
                    file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes the file of a service. */
    public PamServices with(String service, String... lines) {
        try {
            Path file = directory.resolve(service);
            Files.writeString(file, String.join("\n", lines) + "\n");
            makeReadable(file);
            return this;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Adds a line to the file of a service. */
    public PamServices withLine(String service, String line) throws IOException {
        Files.writeString(directory.resolve(service), line + "\n", StandardOpenOption.APPEND);
        return this;
    }

    /** A service that reads {@code user:password:service} lines. */
    public PamServices withMatrix(String service, String options, String... users) {
        Path module = module("pam_wrapper/pam_matrix.so", "libpam-wrapper");
        Path database = folder.write("passdb", String.join("\n", users) + "\n");
        makeReadable(database);
        String arguments = " required " + module + " passdb=" + database + " " + options;
        return with(service, "auth" + arguments, "account" + arguments);
    }

    /** A service whose authentication is {@code script}, which gets the password on its standard input. */
    public PamServices withScript(String service, String script) throws IOException {
        Path file = folder.write("script", "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return with(
                service, "auth required pam_exec.so quiet expose_authtok " + file, "account required pam_permit.so");
    }

    /** A service whose module does what the arguments say; see {@code pam_scripted.c}. */
    public PamServices withModule(String service, String arguments) {
        RequiredTools.assume("gcc");
        Path module = folder.fresh("pam_scripted.so");
        Command.of(
                        "gcc",
                        "-shared",
                        "-fPIC",
                        "-O1",
                        "-Wall",
                        "-Werror",
                        "-o",
                        module.toString(),
                        Path.of("src/test/c/pam_scripted.c").toAbsolutePath().toString(),
                        module("libpam.so.0", "libpam0g").toString())
                .runOrThrow(folder);
        makeReadable(module);
        return with(
                service, "auth required " + module + " " + arguments, "account required " + module + " " + arguments);
    }

    /**
     * A Java virtual machine that runs {@code main} of {@code program} on a copy of what this one has loaded; every
     * user may read it.
     *
     * @param user the command in front of it, for example setpriv with its options
     */
    public Command java(List<String> user, Class<?> program, List<String> options, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(user);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", copyOfClassPath(), program.getName()));
        command.addAll(List.of(arguments));
        return Command.of(command.toArray(String[]::new));
    }

    private String copyOfClassPath() throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path source = Path.of(entry);
            if (Files.isDirectory(source) || NEEDED.matcher(entry).find()) {
                Path copy = folder.fresh(String.valueOf(source.getFileName()));
                copy(source, copy);
                copies.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copy(Path source, Path copy) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
                makeReadable(target);
            }
        }
    }

    private static Path module(String name, String debianPackage) {
        List<Path> libraries = List.of(
                Path.of("/usr/lib/x86_64-linux-gnu"), Path.of("/usr/lib/aarch64-linux-gnu"), Path.of("/usr/lib64"));
        Path found = libraries.stream()
                .map(library -> library.resolve(name))
                .filter(Files::exists)
                .findFirst()
                .orElse(libraries.getFirst().resolve(name));
        RequiredTools.assumeFile(found, debianPackage);
        return found;
    }

    @Override
    public void close() {
        folder.close();
    }
}
