package io.gatehouse.provider.local.pam;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What modules call. One function pointer serves all sign-ins for ever, and each is found by a number that PAM hands
 * through: a module that calls late finds nobody, where a pointer of its own would point into memory that was let go.
 *
 * <p>Nothing may be thrown from here: that would end the Java virtual machine.
 */
final class PamUpcalls {
    /** {@code struct pam_message}: a number and a pointer; {@code struct pam_response}: a pointer and a number. */
    private static final long STRUCT = 2 * Native.POINTER;

    /** PAM_MAX_NUM_MSG. */
    private static final int MOST_MESSAGES = 32;

    private static final Map<Long, PamConversation> OPEN = new ConcurrentHashMap<>();
    private static final AtomicLong LAST = new AtomicLong();

    private static final MethodHandle CALLOC = Native.libc("calloc", LibPam.CALLOC);
    private static final MethodHandle FREE = Native.libc("free", LibPam.FREE);

    /** {@code int converse(int, const struct pam_message **, struct pam_response **, void *)}. */
    static final MemorySegment CONVERSE = Native.functionPointer(
            MethodHandles.lookup(),
            "converse",
            MethodType.methodType(int.class, int.class, MemorySegment.class, MemorySegment.class, MemorySegment.class),
            LibPam.CONVERSE);

    /** {@code void delay(int, unsigned int, void *)}, which only notes how long libpam would have slept. */
    static final MemorySegment FAIL_DELAY = Native.functionPointer(
            MethodHandles.lookup(),
            "delay",
            MethodType.methodType(void.class, int.class, int.class, MemorySegment.class),
            LibPam.FAIL_DELAY);

    private PamUpcalls() {}

    /** Opens {@code conversation} to modules; the number is what they know it by. */
    static long open(PamConversation conversation) {
        long number = LAST.incrementAndGet();
        OPEN.put(number, conversation);
        return number;
    }

    static void close(long number) {
        OPEN.remove(number);
    }

    /** Conversations that are open, for tests that look for leaks. */
    static int count() {
        return OPEN.size();
    }

    static int converse(int count, MemorySegment messages, MemorySegment responses, MemorySegment number) {
        try {
            PamConversation conversation = OPEN.get(number.address());
            if (conversation == null
                    || count < 1
                    || count > MOST_MESSAGES
                    || Native.isNull(messages)
                    || !conversation.round()) {
                return PamCode.CONV_ERR.number();
            }
            List<Integer> styles = styles(Native.at(messages, count * Native.POINTER), count);
            if (Native.isNull(responses)) {
                // Some modules have no place for answers to a remark.
                return styles.stream().allMatch(PamConversation::isRemark)
                        ? PamCode.SUCCESS.number()
                        : PamCode.CONV_ERR.number();
            }
            return answer(conversation, styles, Native.at(responses, Native.POINTER));
        } catch (Throwable _) {
            return PamCode.CONV_ERR.number();
        }
    }

    /** The kinds of messages; a message that is not there is of no kind. */
    private static List<Integer> styles(MemorySegment messages, int count) {
        List<Integer> styles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MemorySegment message = messages.getAtIndex(ADDRESS, i);
            styles.add(Native.isNull(message) ? 0 : Native.at(message, STRUCT).get(JAVA_INT, 0));
        }
        return styles;
    }

    /** PAM takes over an array of responses and each text in it, and gives them back to {@code free}. */
    private static int answer(PamConversation conversation, List<Integer> styles, MemorySegment responses)
            throws Throwable {
        MemorySegment array = allocate(styles.size() * STRUCT);
        List<MemorySegment> texts = new ArrayList<>();
        int code = Native.isNull(array) ? PamCode.BUF_ERR.number() : PamCode.SUCCESS.number();
        for (int i = 0; i < styles.size() && code == PamCode.SUCCESS.number(); i++) {
            if (!PamConversation.isRemark(styles.get(i))) {
                MemorySegment text = text(conversation.answer(styles.get(i)));
                code = Native.isNull(text) ? PamCode.CONV_ERR.number() : code;
                texts.add(text);
                array.set(ADDRESS, i * STRUCT, text);
            }
        }
        if (code == PamCode.SUCCESS.number()) {
            responses.set(ADDRESS, 0, array);
            return code;
        }
        for (MemorySegment text : texts) {
            text.fill((byte) 0);
            FREE.invokeExact(text);
        }
        FREE.invokeExact(array);
        return code;
    }

    /** The answer as C's text in memory of its own; null when there is none. */
    private static MemorySegment text(Optional<byte[]> answer) throws Throwable {
        if (answer.isEmpty()) {
            return MemorySegment.NULL;
        }
        byte[] bytes = answer.get();
        try {
            MemorySegment text = allocate(bytes.length + 1L);
            if (!Native.isNull(text)) {
                MemorySegment.copy(bytes, 0, text, JAVA_BYTE, 0, bytes.length);
            }
            return text;
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Memory of zeros that {@code free} takes; null when there is none. */
    private static MemorySegment allocate(long size) throws Throwable {
        MemorySegment memory = (MemorySegment) CALLOC.invokeExact(1L, size);
        return Native.isNull(memory) ? memory : Native.at(memory, size);
    }

    static void delay(int status, int microseconds, MemorySegment number) {
        try {
            PamConversation conversation = OPEN.get(number.address());
            if (conversation != null && status != PamCode.SUCCESS.number()) {
                conversation.delayed(Duration.of(Integer.toUnsignedLong(microseconds), ChronoUnit.MICROS));
            }
        } catch (Throwable _) {
            return; // a delay that is forgotten harms less than the end of the virtual machine
        }
    }
}
