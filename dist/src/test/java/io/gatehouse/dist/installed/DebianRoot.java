package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.ProgramNetwork;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * A Debian for one test, with its own systemd and network: this machine's files, with a layer of memory over them, in
 * systemd-nspawn. What is installed in it, and every user that is made, is gone with it.
 */
final class DebianRoot implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration START = Duration.ofSeconds(30);
    /** Where control groups are: of version 2, and of version 1 with those of systemd. */
    private static final List<String> HIERARCHIES =
            List.of("/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd");

    private static final AtomicInteger ROOTS = new AtomicInteger();
    /**
     * Of the services of this machine, none is started. What is changed in the root is at upper/. Its control groups
     * are below one of its own: of two roots in one group, each would take the services of the other for its own.
     */
    private static final String HOLDER = """
            set -e
            mount -t tmpfs -o mode=755 layers "$1"
            cd "$1"
            mkdir upper work merged
            mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" merged
            rm -rf merged/var/log/journal merged/usr/sbin/policy-rc.d
            mkdir merged/mnt/shown
            for hierarchy in $5; do
              [ -e "$hierarchy/cgroup.procs" ] || continue
              mkdir "$hierarchy/$4"
              echo $$ > "$hierarchy/$4/cgroup.procs"
            done
            exec systemd-nspawn --quiet --directory="$1/merged" --boot --register=no --keep-unit --private-network \
              --machine="$4" --link-journal=no --bind="$2:/mnt/shown" systemd.unit=basic.target \
              systemd.setenv="$3"
            """;

    private final TestFolder folder;
    private final Path place;
    private final String name;
    private final OwnProcess holder;
    private final long systemd;

    private DebianRoot(TestFolder folder, Path place, String name, OwnProcess holder, long systemd) {
        this.folder = folder;
        this.place = place;
        this.name = name;
        this.holder = holder;
        this.systemd = systemd;
    }

    /**
     * Starts one.
     *
     * @param shown a folder that it has as {@code /mnt/shown}
     */
    static DebianRoot start(TestFolder folder, Path shown) {
        RequiredTools.assumeRoot();
        RequiredTools.assume("systemd-nspawn", "systemd-analyze", "unshare", "nsenter", "dpkg-deb", "useradd");
        Path place = folder.freshFolder("root");
        String options = "GATEHOUSE_JAVA_OPTS=" + InstalledGateway.QUICK_START.get("GATEHOUSE_JAVA_OPTS");
        String name = "gatehouse-test-" + ProcessHandle.current().pid() + "-" + ROOTS.incrementAndGet();
        OwnProcess holder = OwnProcess.start(
                folder,
                Map.of(),
                List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        HOLDER,
                        "sh",
                        place.toString(),
                        shown.toString(),
                        options,
                        name,
                        String.join(" ", HIERARCHIES)));
        Optional<ProcessHandle> first = Wait.first(START, () -> firstProcess(holder));
        if (first.isEmpty()) {
            String report = holder.report();
            holder.close();
            assertThat(System.getenv("CI")).as(report).isNotEqualTo("true");
            System.err.println("SKIPPED: systemd-nspawn does not start here: " + report);
            Assumptions.abort("systemd-nspawn does not start here");
        }
        return new DebianRoot(folder, place, name, holder, first.orElseThrow().pid());
    }

    /** The systemd in it, the child of systemd-nspawn, when it takes commands. */
    private static Optional<ProcessHandle> firstProcess(OwnProcess holder) {
        return holder.children().stream()
                .filter(child -> child.parent()
                        .flatMap(parent -> parent.info().command())
                        .filter(command -> command.endsWith("/systemd-nspawn"))
                        .isPresent())
                .filter(child -> Files.exists(Path.of("/proc", Long.toString(child.pid()), "root/run/systemd/private")))
                .findFirst();
    }

    /** The same command inside. */
    private List<String> inside(String... command) {
        List<String> whole = new ArrayList<>(List.of(
                "nsenter",
                "--target",
                Long.toString(systemd),
                "--mount",
                "--uts",
                "--ipc",
                "--net",
                "--pid",
                "env",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/root",
                "DEBIAN_FRONTEND=noninteractive"));
        whole.addAll(List.of(command));
        return whole;
    }

    /** Runs it in the root. */
    Command.Result run(String... command) {
        return Command.of(inside(command).toArray(String[]::new)).within(LIMIT).run(folder);
    }

    /** Runs it in the root with this standard input. */
    Command.Result runWith(String input, String... command) {
        return Command.of(inside(command).toArray(String[]::new))
                .within(LIMIT)
                .withInput(input)
                .run(folder);
    }

    /** Runs it in the root with this standard input; it must succeed. */
    String succeed(String input, String... command) {
        return Command.of(inside(command).toArray(String[]::new))
                .within(LIMIT)
                .withInput(input)
                .runOrThrow(folder);
    }

    /** Runs a line of the shell in the root; it must succeed. */
    String shell(String line) {
        return succeed("", "sh", "-ec", line);
    }

    /** Its network, which no other has. */
    ProgramNetwork network() {
        return ProgramNetwork.of(systemd);
    }

    /**
     * What was made, changed or removed below {@code /}: files, and folders with {@code gatehouse} in their name, but
     * not the notes that Debian's own programs take, and units that are enabled only if they are ours.
     */
    SortedSet<String> changes() {
        String found = Command.of(
                        "nsenter",
                        "--target",
                        Long.toString(outside()),
                        "--mount",
                        "sh",
                        "-c",
                        "cd \"$1\" && find . '(' ! -type d -o -name '*gatehouse*' ')' -printf '/%P\\n'",
                        "sh",
                        place.resolve("upper").toString())
                .runOrThrow(folder);
        SortedSet<String> changes = new TreeSet<>(found.lines().toList());
        changes.removeIf(file -> file.matches("/etc/(passwd|group|shadow|gshadow|subuid|subgid|\\.pwd\\.lock).*"
                + "|/etc/(machine-id|hostname|resolv.conf|localtime|\\.updated|systemd/.*\\.wants/(?!gatehouse).*)"
                + "|/var/(lib/(cni|dpkg|rpm|systemd|private)|log/(dpkg|apt|alternatives|journal|wtmp)|cache|tmp|\\.updated)\\b.*"
                + "|/usr/sbin/policy-rc.d|/(run|tmp|mnt|root|dev|proc|sys)/.*"));
        return changes;
    }

    /** The process of systemd-nspawn, which sees the layers. */
    private long outside() {
        return ProcessHandle.of(systemd)
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
    }

    @Override
    public void close() {
        holder.close();
        for (String hierarchy : HIERARCHIES) {
            Path group = Path.of(hierarchy, name);
            if (Files.exists(group)) {
                Command.of("find", group.toString(), "-depth", "-type", "d", "-exec", "rmdir", "{}", ";")
                        .run(folder);
            }
        }
    }
}
