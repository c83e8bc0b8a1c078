package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Debian's podman with a store of its own. Containers use the network of this machine, have a read-only root and no
 * capabilities, and can gain none.
 */
final class Podman implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** crun takes no machine with both versions of control groups: it does not see the second one. */
    private static final String WITHOUT_SECOND_CGROUPS =
            "! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified; exec podman \"$@\"";
    /** Limits that a root without CAP_SYS_RESOURCE may set, too. */
    private static final List<String> CONFINED = List.of(
            "--network=host",
            "--ulimit=nofile=4096:4096",
            "--ulimit=nproc=4096:4096",
            "--read-only",
            "--read-only-tmpfs=false",
            "--cap-drop=all",
            "--security-opt=no-new-privileges",
            "--tmpfs=/tmp");

    private final TestFolder folder;
    /** The name must not be longer than 50 characters. */
    private final Path running;

    private final Path images;

    private Podman(TestFolder folder) {
        this.folder = folder;
        this.images = folder.freshFolder("podman");
        try {
            this.running = Files.createTempDirectory(Path.of("/tmp"), "podman-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void assume() {
        RequiredTools.assumeRoot();
        RequiredTools.assume("podman", "crun", "unshare", "mountpoint");
    }

    /** One that has this image, under the name {@code gatehouse}. */
    static Podman with(TestFolder folder, ContainerImage image) {
        Podman podman = new Podman(folder);
        String loaded =
                podman.succeed("load", "--quiet", "--input", image.archive().toString());
        podman.succeed("tag", loaded.replaceFirst("(?s).*Loaded image: (\\S+).*", "$1"), "localhost/gatehouse");
        return podman;
    }

    private List<String> line(List<String> arguments) {
        List<String> line =
                new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", WITHOUT_SECOND_CGROUPS, "podman"));
        line.addAll(List.of("--root=" + images, "--runroot=" + running));
        line.addAll(arguments);
        return line;
    }

    /** Runs a command of podman to its end. */
    Command.Result run(String... arguments) {
        return Command.of(line(List.of(arguments)).toArray(String[]::new))
                .within(LIMIT)
                .run(folder);
    }

    /** Runs a command of podman, which must succeed. */
    String succeed(String... arguments) {
        Command.Result result = run(arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }

    private static List<String> container(List<String> options, List<String> arguments) {
        List<String> line = new ArrayList<>(List.of("run"));
        line.addAll(CONFINED);
        line.addAll(options);
        line.add("localhost/gatehouse");
        line.addAll(arguments);
        return line;
    }

    /** Runs a command of gatehouse in a container of its own; it must succeed. */
    String gatehouse(List<String> options, String... arguments) {
        List<String> all = new ArrayList<>(options);
        all.add("--rm");
        return succeed(container(all, List.of(arguments)).toArray(String[]::new));
    }

    /** Starts a container with this name, which runs what the image says. */
    OwnProcess start(String name, List<String> options) {
        List<String> all = new ArrayList<>(options);
        all.add("--name=" + name);
        return OwnProcess.startServer(folder, Map.of(), line(container(all, List.of())));
    }

    @Override
    public void close() {
        succeed("rm", "--all", "--force", "--time=0");
        Command.of("rm", "-r", running.toString()).runOrThrow(folder);
    }
}
