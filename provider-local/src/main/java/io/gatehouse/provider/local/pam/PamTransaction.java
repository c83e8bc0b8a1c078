package io.gatehouse.provider.local.pam;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.provider.local.pam.PamAnswer.Refused;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * One password checked by PAM, from {@code pam_start} to {@code pam_end}: authentication, then account management. No
 * session is opened and no credentials are set, since nobody logs in to this machine.
 *
 * <p>Each has a handle of its own, used by one thread: PAM promises no more, and modules keep their state in the
 * handle. All memory is let go at the end, whatever happened.
 */
final class PamTransaction {
    private static final String TTY = "gatehouse";
    private static final int LONGEST_NAME = 1024;

    private final LibPam pam;
    private final String service;
    private final Optional<Path> directory;

    PamTransaction(LibPam pam, String service, Optional<Path> directory) {
        this.pam = pam;
        this.service = service;
        this.directory = directory;
    }

    /** The result of a PAM transaction. */
    sealed interface Result {
        /** The password is right and the account is in order; {@code user} is the name as the modules left it. */
        record Accepted(String user) implements Result {}

        record Failed(Refused why) implements Result {}
    }

    /**
     * One function of PAM.
     *
     * @param function answers with a code
     * @param refusal what a code other than success means; empty when it is no reason to refuse
     */
    private record Phase(ToIntFunction<MemorySegment> function, IntFunction<Optional<Refused>> refusal) {}

    /** Checks a password; blocks as long as the modules do. */
    Result run(String user, PamConversation conversation, InetAddress client) {
        return run(
                user,
                conversation,
                Optional.of(client),
                List.of(
                        new Phase(
                                pam::authenticate,
                                code -> Optional.of(PamVerdict.ofAuthentication(code, conversation.passwordGiven()))),
                        new Phase(pam::account, code -> Optional.of(PamVerdict.ofAccount(code)))));
    }

    /**
     * Asks by account management alone whether an account may still be used; modules that have a question get no
     * answer.
     */
    Result runAccountManagement(String user) {
        PamConversation silent = new PamConversation(user, new byte[0]);
        silent.close();
        return run(user, silent, Optional.empty(), List.of(new Phase(pam::account, PamVerdict::ofAccountManagement)));
    }

    private Result run(String user, PamConversation conversation, Optional<InetAddress> client, List<Phase> phases) {
        long number = PamUpcalls.open(conversation);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointers = arena.allocate(ADDRESS, 2);
            pointers.setAtIndex(ADDRESS, 0, PamUpcalls.CONVERSE);
            pointers.setAtIndex(JAVA_LONG, 1, number);
            MemorySegment place = arena.allocate(ADDRESS);
            int code = pam.start(
                    arena.allocateFrom(service),
                    arena.allocateFrom(user),
                    pointers,
                    directory.map(folder -> arena.allocateFrom(folder.toString())),
                    place);
            return code == PamCode.SUCCESS.number()
                    ? talk(place.get(ADDRESS, 0), client, phases, arena)
                    : failed(new Refused(Reason.UNAVAILABLE, "PAM does not start: " + PamCode.describe(code)));
        } finally {
            PamUpcalls.close(number);
        }
    }

    private Result talk(MemorySegment handle, Optional<InetAddress> client, List<Phase> phases, Arena arena) {
        int status = PamCode.ABORT.number();
        try {
            status = setItems(handle, client, arena);
            if (status != PamCode.SUCCESS.number()) {
                return failed(new Refused(Reason.UNAVAILABLE, "PAM does not start: " + PamCode.describe(status)));
            }
            for (Phase phase : phases) {
                status = phase.function().applyAsInt(handle);
                Optional<Refused> refusal = status == PamCode.SUCCESS.number()
                        ? Optional.empty()
                        : phase.refusal().apply(status);
                if (refusal.isPresent()) {
                    return failed(refusal.get());
                }
            }
            return pam.item(handle, LibPam.ITEM_USER, LONGEST_NAME)
                    .<Result>map(Result.Accepted::new)
                    .orElseGet(() -> failed(new Refused(Reason.UNAVAILABLE, "PAM forgot whose password it accepted")));
        } finally {
            pam.end(handle, status);
        }
    }

    /**
     * What modules may want to know of the client; and the wait after a failure is ours, which needs no thread of
     * theirs.
     */
    private int setItems(MemorySegment handle, Optional<InetAddress> client, Arena arena) {
        int code = client.isPresent()
                ? pam.setItem(handle, LibPam.ITEM_RHOST, arena.allocateFrom(withoutScope(client.get())))
                : PamCode.SUCCESS.number();
        if (code == PamCode.SUCCESS.number()) {
            code = pam.setItem(handle, LibPam.ITEM_TTY, arena.allocateFrom(TTY));
        }
        return code == PamCode.SUCCESS.number()
                ? pam.setItem(handle, LibPam.ITEM_FAIL_DELAY, PamUpcalls.FAIL_DELAY)
                : code;
    }

    /** A link-local address has the name of one of our interfaces at its end, which modules would not read. */
    private static String withoutScope(InetAddress address) {
        String text = address.getHostAddress();
        int scope = address instanceof Inet6Address ? text.indexOf('%') : -1;
        return scope < 0 ? text : text.substring(0, scope);
    }

    private static Result failed(Refused why) {
        return new Result.Failed(why);
    }
}
