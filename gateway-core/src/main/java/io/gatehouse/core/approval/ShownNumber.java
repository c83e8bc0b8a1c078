package io.gatehouse.core.approval;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * The number that clients show, and the numbers among which approvers find it. They stay together for as long as the
 * number is shown: whoever saw the same number among others twice would know it.
 */
record ShownNumber(int number, List<Integer> choices) {
    private static final int CHOICES = 3;

    /** A number of two digits among others. */
    static ShownNumber random(SecureRandom random) {
        SequencedSet<Integer> numbers = new LinkedHashSet<>();
        while (numbers.size() < CHOICES) {
            numbers.add(10 + random.nextInt(90));
        }
        List<Integer> choices = new ArrayList<>(numbers);
        return new ShownNumber(choices.get(random.nextInt(CHOICES)), List.copyOf(choices));
    }
}
