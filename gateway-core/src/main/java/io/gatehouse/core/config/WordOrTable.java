package io.gatehouse.core.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A record that is a table in the file, or one of the words that its {@code parse} reads. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface WordOrTable {}
