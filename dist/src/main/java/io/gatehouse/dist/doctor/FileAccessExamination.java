package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the gateway's user may read the files of the configuration and run its programs. {@code gatehouse check}
 * looks as the user who runs it, often root, who may do everything.
 */
public final class FileAccessExamination implements Examination {
    private final Set<Path> files;
    private final Set<Path> programs;
    private final String user;

    /** What must be allowed for a file. */
    private enum Need {
        READ("read", PosixFilePermission.OWNER_READ, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ),
        RUN(
                "run",
                PosixFilePermission.OWNER_EXECUTE,
                PosixFilePermission.GROUP_EXECUTE,
                PosixFilePermission.OTHERS_EXECUTE);

        final String verb;
        final PosixFilePermission asOwner;
        final PosixFilePermission asMember;
        final PosixFilePermission asOther;

        Need(String verb, PosixFilePermission asOwner, PosixFilePermission asMember, PosixFilePermission asOther) {
            this.verb = verb;
            this.asOwner = asOwner;
            this.asMember = asMember;
            this.asOther = asOther;
        }
    }

    /**
     * An examination for {@code user}.
     *
     * @param files to be read
     * @param programs to be run
     */
    public FileAccessExamination(Set<Path> files, Set<Path> programs, String user) {
        this.files = Set.copyOf(files);
        this.programs = Set.copyOf(programs);
        this.user = user;
    }

    @Override
    public String subject() {
        return "files that " + user + " must read" + (programs.isEmpty() ? "" : " or run");
    }

    /** Every path in {@code value} and the records and lists in it. */
    public static Set<Path> paths(Object value) {
        Set<Path> found = new LinkedHashSet<>();
        collect(value, found);
        return found;
    }

    private static void collect(Object value, Set<Path> found) {
        switch (value) {
            case Path path -> found.add(path);
            case Optional<?> optional -> optional.ifPresent(each -> collect(each, found));
            case Iterable<?> list -> list.forEach(each -> collect(each, found));
            case Record record -> {
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    component(record, component).ifPresent(each -> collect(each, found));
                }
            }
            default -> {} // text, numbers, secrets
        }
    }

    private static Optional<Object> component(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return Optional.ofNullable(component.getAccessor().invoke(record));
        } catch (ReflectiveOperationException | RuntimeException exception) {
            return Optional.empty();
        }
    }

    @Override
    public List<Finding> examine() throws InterruptedException {
        List<String> groups = ServiceFacts.lines(List.of("id", "-Gn", "--", user));
        if (groups.isEmpty()) {
            return List.of(Finding.fault(
                    "files.no-user",
                    "this machine has no user " + user + ", as which the gateway is to run",
                    "useradd --system --home-dir /var/lib/gatehouse --shell /usr/sbin/nologin " + user
                            + " (docs/installation.md), or correct User= in the unit"));
        }
        Set<String> own = new HashSet<>(List.of(groups.getFirst().split(" ", -1)));
        List<Finding> findings = new ArrayList<>();
        obstacles(files, Need.READ, own, findings);
        obstacles(programs, Need.RUN, own, findings);
        return findings;
    }

    private void obstacles(Set<Path> paths, Need need, Set<String> groups, List<Finding> findings) {
        paths.stream()
                .sorted()
                .filter(Files::isRegularFile)
                .forEach(file -> obstacle(file.toAbsolutePath(), need, groups).ifPresent(findings::add));
    }

    private Optional<Finding> obstacle(Path file, Need need, Set<String> groups) {
        try {
            for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
                PosixFileAttributes facts = Files.readAttributes(folder, PosixFileAttributes.class);
                if (!may(facts, groups, Need.RUN)) {
                    return Optional.of(Finding.fault(
                            "files.folder",
                            "the user " + user + " may not enter the folder " + folder + " (" + text(facts)
                                    + "), so it cannot " + need.verb + " " + file,
                            "chgrp " + user + " " + folder + "; chmod g+x " + folder));
                }
            }
            PosixFileAttributes facts = Files.readAttributes(file, PosixFileAttributes.class);
            return may(facts, groups, need) ? Optional.empty() : Optional.of(notAllowed(file, need, facts));
        } catch (IOException | UnsupportedOperationException exception) {
            return Optional.empty(); // what check says about it is enough
        }
    }

    private Finding notAllowed(Path file, Need need, PosixFileAttributes facts) {
        String cause = "the user " + user + " cannot " + need.verb + " " + file + " (" + text(facts) + ")";
        String group = "chgrp " + user + " " + file + "; chmod ";
        return switch (need) {
            case READ -> Finding.fault("files.unreadable", cause, group + "640 " + file);
            case RUN -> Finding.fault("files.not-executable", cause, group + "750 " + file);
        };
    }

    private boolean may(PosixFileAttributes facts, Set<String> groups, Need need) {
        if (user.equals("root")) {
            return true;
        }
        if (facts.owner().getName().equals(user)) {
            return facts.permissions().contains(need.asOwner);
        }
        GroupPrincipal group = facts.group();
        return facts.permissions().contains(groups.contains(group.getName()) ? need.asMember : need.asOther);
    }

    private static String text(PosixFileAttributes facts) {
        return facts.owner().getName() + ":" + facts.group().getName() + " "
                + PosixFilePermissions.toString(facts.permissions());
    }
}
