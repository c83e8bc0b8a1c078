/**
 * Programs as parts of a test: whether they are installed, their folder, their start, log and certain end.
 *
 * <p>Every wait has a deadline. Only processes that were started here are ended, each by its own handle. What they
 * wrote lies in a {@link io.gatehouse.testkit.process.TestFolder}, which outlives a failed test and is named by it.
 */
@NullMarked
package io.gatehouse.testkit.process;

import org.jspecify.annotations.NullMarked;
