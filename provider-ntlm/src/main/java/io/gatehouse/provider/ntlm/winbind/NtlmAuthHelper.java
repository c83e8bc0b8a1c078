package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.provider.ntlm.validation.Deadline;
import java.io.EOFException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One process of {@code ntlm_auth}, with one question at a time. Whatever goes otherwise than it should ends the
 * process at once, so that nothing it still says can reach anybody. One thread at a time asks; any thread may close.
 */
final class NtlmAuthHelper implements AutoCloseable {
    private static final String PROTOCOL = "--helper-protocol=ntlm-server-1";
    private static final long EXIT_MILLISECONDS = 200;

    private final Process process;
    private final HelperDialogue dialogue;
    private final ErrorOutput errors;
    /** Reads and writes of pipes cannot be limited in time: a thread of the process's own does them. */
    private final ExecutorService pipes;

    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean ended;
    private volatile boolean proven;

    private NtlmAuthHelper(Process process, SecureRandom random) {
        this.process = process;
        this.errors = ErrorOutput.drain(process);
        this.dialogue = new HelperDialogue(process.getOutputStream(), new LineReader(process.getInputStream()), random);
        this.pipes = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("ntlm_auth-" + process.pid()).factory());
    }

    /**
     * Starts a process.
     *
     * @param command the program with its arguments; the protocol is added
     */
    static NtlmAuthHelper start(List<String> command, SecureRandom random) throws IOException {
        List<String> whole = new ArrayList<>(command);
        whole.add(PROTOCOL);
        return new NtlmAuthHelper(Programs.start(whole), random);
    }

    /** Asks, and waits until {@code deadline} at most. After {@link HelperAnswer.None} the process is ended. */
    HelperAnswer ask(HelperRequest request, Deadline deadline) {
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException("a question is being asked");
        }
        try {
            Future<HelperAnswer> answer = pipes.submit(() -> dialogue.ask(request));
            HelperAnswer read = answer.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            proven = true;
            return read;
        } catch (TimeoutException e) {
            return end("ntlm_auth did not answer within " + deadline.text(), false, true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return end("interrupted", false, true);
        } catch (RejectedExecutionException e) {
            return end("ntlm_auth was ended: the gateway closes", false, false);
        } catch (ExecutionException e) {
            return end(why(e), !ended, false);
        } finally {
            busy.set(false);
        }
    }

    private HelperAnswer.None end(String why, boolean fault, boolean late) {
        close();
        return new HelperAnswer.None(why, fault, late);
    }

    private String why(ExecutionException failure) {
        return switch (failure.getCause()) {
            case HelperProtocolException e -> "ntlm_auth does not keep to its protocol: " + e.getMessage();
            case EOFException _ -> "ntlm_auth ended" + remains();
            case IOException _ -> "ntlm_auth takes no questions" + remains();
            case null, default -> throw new IllegalStateException(failure);
        };
    }

    /** The exit code and the first words of a process that ended by itself. */
    private String remains() {
        try {
            String code = process.waitFor(EXIT_MILLISECONDS, TimeUnit.MILLISECONDS)
                    ? " with exit code " + process.exitValue()
                    : " its output";
            return code + errors.firstLine().map(line -> ": " + line).orElse("");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** Whether another question may be asked. */
    boolean isUsable() {
        return !ended && process.isAlive();
    }

    /** Whether it ever answered as it should. */
    boolean isProven() {
        return proven;
    }

    @Override
    public void close() {
        ended = true;
        pipes.shutdownNow();
        Programs.kill(process);
    }
}
