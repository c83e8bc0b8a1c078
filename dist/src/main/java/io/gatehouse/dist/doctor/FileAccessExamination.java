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
 * Whether the gateway's user may read the files of the configuration. {@code gatehouse check} looks as the user who
 * runs it, often root, who may read everything.
 */
public final class FileAccessExamination implements Examination {
    private final Set<Path> files;
    private final String user;

    /** An examination of {@code files} for {@code user}. */
    public FileAccessExamination(Set<Path> files, String user) {
        this.files = Set.copyOf(new LinkedHashSet<>(files));
        this.user = user;
    }

    @Override
    public String subject() {
        return "files that " + user + " must read";
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
        files.stream()
                .sorted()
                .filter(Files::isRegularFile)
                .forEach(file -> obstacle(file.toAbsolutePath(), own).ifPresent(findings::add));
        return findings;
    }

    private Optional<Finding> obstacle(Path file, Set<String> groups) {
        try {
            for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
                PosixFileAttributes facts = Files.readAttributes(folder, PosixFileAttributes.class);
                if (!may(
                        facts,
                        groups,
                        PosixFilePermission.OWNER_EXECUTE,
                        PosixFilePermission.GROUP_EXECUTE,
                        PosixFilePermission.OTHERS_EXECUTE)) {
                    return Optional.of(Finding.fault(
                            "files.folder",
                            "the user " + user + " may not enter the folder " + folder + " (" + text(facts)
                                    + "), so it cannot read " + file,
                            "chgrp " + user + " " + folder + "; chmod g+x " + folder));
                }
            }
            PosixFileAttributes facts = Files.readAttributes(file, PosixFileAttributes.class);
            if (!may(
                    facts,
                    groups,
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.OTHERS_READ)) {
                return Optional.of(Finding.fault(
                        "files.unreadable",
                        "the user " + user + " cannot read " + file + " (" + text(facts) + ")",
                        "chgrp " + user + " " + file + "; chmod 640 " + file));
            }
            return Optional.empty();
        } catch (IOException | UnsupportedOperationException exception) {
            return Optional.empty(); // what check says about it is enough
        }
    }

    private boolean may(
            PosixFileAttributes facts,
            Set<String> groups,
            PosixFilePermission asOwner,
            PosixFilePermission asMember,
            PosixFilePermission asOther) {
        if (user.equals("root")) {
            return true;
        }
        if (facts.owner().getName().equals(user)) {
            return facts.permissions().contains(asOwner);
        }
        GroupPrincipal group = facts.group();
        return facts.permissions().contains(groups.contains(group.getName()) ? asMember : asOther);
    }

    private static String text(PosixFileAttributes facts) {
        return facts.owner().getName() + ":" + facts.group().getName() + " "
                + PosixFilePermissions.toString(facts.permissions());
    }
}
