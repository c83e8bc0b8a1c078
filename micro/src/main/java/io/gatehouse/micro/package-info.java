/**
 * Single paths that JMH measures; {@code bench/micro} runs them. The classes are public and not final because JMH makes
 * subclasses of them.
 */
@NullMarked
package io.gatehouse.micro;

import org.jspecify.annotations.NullMarked;
